/** What a reference in a dex file refers to. */
export const KIND = {
  // By a place in a file or a table, which changes with what was put in before it; what is there has a name of its own.
  stringData: 0,
  typeList: 1,
  string: 2,
  type: 3,
  proto: 4,
  field: 5,
  method: 6,
  // By an offset of something that has no name: such offsets mostly go up, and the steps between them stay the same.
  code: 7,
  debugInfo: 8,
  classData: 9,
  annotationDirectory: 10,
  annotationSet: 11,
  annotationSetList: 12,
  annotation: 13,
  encodedArray: 14,
} as const;

export type Kind = (typeof KIND)[keyof typeof KIND];

/** How many kinds there are. */
export const KINDS = Object.keys(KIND).length;

const FIRST_BY_DISTANCE: Kind = KIND.code;

/** References of the other kinds are told by their distance from the one of the same kind before. */
export const isNamed = (kind: Kind): boolean => kind < FIRST_BY_DISTANCE;
