/** What may go wrong on the way to a server, put in front of chosen requests. */
export type Fault = {
  /** Such as `PUT /v1/artifacts/*`: a star stands for the rest. */
  on: string;
  /** How many requests it befalls; then it is over. */
  times: number;
  act:
    | { kind: 'answer'; status: number; headers?: Record<string, string>; code?: string; field?: string }
    /** The connection is cut before the server has looked at the request. */
    | { kind: 'cut' }
    /** The request is carried out, and the answer is lost. */
    | { kind: 'lose answer' }
    /** A stream of events is cut after so many of them. */
    | { kind: 'cut stream'; after: number }
    /** Nothing is answered any more. */
    | { kind: 'silence' };
};

/** The fault that befalls this request, if any, and counts it. */
export function takeFault(faults: Fault[], method: string, path: string): Fault['act'] | null {
  const asked = `${method} ${path}`;
  const fault = faults.find(
    ({ on, times }) => times > 0 && (on.endsWith('*') ? asked.startsWith(on.slice(0, -1)) : asked === on),
  );
  if (!fault) return null;
  fault.times--;
  return fault.act;
}
