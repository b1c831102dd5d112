/** Where a tenant keeps secrets of its own, to be read when they are used. */

export interface SecretVault {
  /** Whether the operator has opened this vault to the tenant. */
  mayRead(url: string): boolean;
  /**
   * The secret's value.
   * @param url `https://VAULT/secrets/NAME[/VERSION]`
   * @throws VaultError
   */
  read(url: string): Promise<string>;
}

/** `refused`: there is no such secret, or this server may not read it; `broken`: try again. */
export class VaultError extends Error {
  readonly kind: 'refused' | 'broken';

  constructor(kind: 'refused' | 'broken', message: string, options: { cause?: unknown } = {}) {
    super(message, options);
    this.name = this.constructor.name;
    this.kind = kind;
  }
}
