/** Reads XML as events, by a parser that knows built-in entities alone, fetches nothing, and bounds what it holds. */
import sax from 'sax';

export type XmlEvents = {
  open(name: string, attributes: Readonly<Record<string, string>>): void;
  /** A piece of text; long ones come in several. */
  text(text: string): void;
  close(name: string): void;
  /** What stands in `<!DOCTYPE …>`. */
  doctype(text: string): void;
};

/** Both throw what the events throw, and Error where the XML is not well formed. */
export type XmlReader = { write(text: string): void; end(): void };

export function createXmlReader(events: XmlEvents): XmlReader {
  const parser = sax.parser(true);
  parser.onopentag = ({ name, attributes }) => events.open(name, attributes as Record<string, string>);
  parser.ontext = parser.oncdata = (text) => events.text(text);
  parser.onclosetag = (name) => events.close(name);
  parser.ondoctype = (text) => events.doctype(text);
  parser.onerror = (error) => {
    throw error;
  };
  return {
    write: (text) => void parser.write(text),
    end: () => void parser.close(),
  };
}
