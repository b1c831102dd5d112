import { at as RefusedError, c as shiftRecord, d as shortDigest, l as DELTA_LIMITS, m as request, n as ZlibDeflate, r as loadZlib, rt as BrokenError, t as STEP$2, u as keyOf, w as MAX_PART_SIZE } from "./shared.js";
import { setImmediate } from "node:timers/promises";
import { createHash } from "node:crypto";
import { constants, inflateRaw, zstdCompress, zstdDecompress } from "node:zlib";
import { promisify } from "node:util";
// backend/contract/delta/block-hash.ts
/**
* The two hashes by which a block of the earlier file is found in the later one: a rolling one that moves byte by byte, and
* one that confirms. Together 64 bits, which chance does not meet; the SHA-256 of the rebuilt file decides in any case.
*/
const FACTOR = 134775813;
/** The polynomial hash (Karp and Rabin) of the block, modulo 2^32. */
function rollingHash(bytes, offset, length) {
	let hash = 0;
	for (let at = offset; at < offset + length; at++) hash = Math.imul(hash, FACTOR) + bytes[at] + 1 | 0;
	return hash;
}
/** What the byte that leaves the block has to be multiplied by. */
function leavingFactor(length) {
	let factor = 1;
	for (let count = 0; count < length; count++) factor = Math.imul(factor, FACTOR);
	return factor;
}
/** The rolling hash of the block one byte further on. */
function roll(hash, leaving, entering, factor) {
	return Math.imul(hash, FACTOR) + entering + 1 - Math.imul(leaving + 1, factor) | 0;
}
/** MurmurHash3 x86_32 (Appleby), over whole words: blocks are multiples of four bytes. */
function confirmingHash(bytes, offset, length) {
	let hash = 0;
	for (let at = offset; at < offset + length; at += 4) {
		const word = bytes[at] | bytes[at + 1] << 8 | bytes[at + 2] << 16 | bytes[at + 3] << 24;
		hash = addWord(hash, word);
	}
	return spread(hash ^ length);
}
/** MurmurHash3's way of adding a word of 32 bits to a hash. */
function addWord(hash, word) {
	const scrambled = Math.imul(word, 3432918353);
	const mixed = hash ^ Math.imul(scrambled << 15 | scrambled >>> 17, 461845907);
	return Math.imul(mixed << 13 | mixed >>> 19, 5) + 3864292196 | 0;
}
/** Its finish: each bit counts for all others. */
function spread(hash) {
	let mixed = Math.imul(hash ^ hash >>> 16, 2246822507);
	mixed = Math.imul(mixed ^ mixed >>> 13, 3266489909);
	return mixed ^ mixed >>> 16;
}
// backend/contract/delta/block-signatures.ts
const MIB = 1048576;
/** Bytes of a block: small blocks find more, large ones cost less. 0: a content too short to be worth it. */
function blockSize(contentLength, form = "asItIs") {
	if (contentLength < 512) return 0;
	if (form === "comparable") return 256;
	if (contentLength <= 16 * MIB) return 128;
	return contentLength <= 64 * MIB ? 256 : 512;
}
function blockCount(contentLength, form = "asItIs") {
	const size = blockSize(contentLength, form);
	return size === 0 ? 0 : Math.floor(contentLength / size);
}
// backend/contract/delta/bytes.ts
/** Numbers and bytes in a compact binary form: LEB128 variable-length integers, little end first. */
/** The bytes are not what the format says. */
var Malformed = class extends Error {
	constructor(what) {
		super(what);
		this.name = this.constructor.name;
	}
};
var ByteWriter = class {
	#buffer = Buffer.allocUnsafe(1024);
	#length = 0;
	get length() {
		return this.#length;
	}
	/** A number of 0 to 2^53 - 1. */
	number(value) {
		this.#reserve(8);
		let rest = value;
		for (; rest > 127; rest = Math.floor(rest / 128)) this.#buffer[this.#length++] = rest % 128 | 128;
		this.#buffer[this.#length++] = rest;
		return this;
	}
	/** A number of either sign; small ones take one byte. */
	signed(value) {
		return this.number(value < 0 ? -2 * value - 1 : 2 * value);
	}
	bytes(bytes) {
		this.#reserve(bytes.length);
		this.#buffer.set(bytes, this.#length);
		this.#length += bytes.length;
		return this;
	}
	take() {
		const taken = this.#buffer.subarray(0, this.#length);
		this.#buffer = Buffer.allocUnsafe(1024);
		this.#length = 0;
		return taken;
	}
	#reserve(count) {
		if (this.#length + count <= this.#buffer.length) return;
		const larger = Buffer.allocUnsafe(Math.max(2 * this.#buffer.length, this.#length + count));
		larger.set(this.#buffer.subarray(0, this.#length));
		this.#buffer = larger;
	}
};
/** Reads what `ByteWriter` wrote, from bytes in memory. Every read throws `Malformed` at the end of the bytes. */
var ByteReader = class {
	#bytes;
	#at = 0;
	constructor(bytes) {
		this.#bytes = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
	}
	get atEnd() {
		return this.#at === this.#bytes.length;
	}
	/** @param most the largest value that is believed */
	number(most = Number.MAX_SAFE_INTEGER) {
		let value = 0;
		for (let scale = 1;; scale *= 128) {
			const byte = this.#bytes[this.#at++];
			if (byte === void 0 || scale > 2 ** 49) throw new Malformed("a number is cut off");
			value += (byte & 127) * scale;
			if (byte < 128) break;
		}
		if (value > most) throw new Malformed(`${value} is more than ${most}`);
		return value;
	}
	signed() {
		return unsign(this.number());
	}
	bytes(length) {
		if (length > this.#bytes.length - this.#at) throw new Malformed("the bytes are cut off");
		this.#at += length;
		return this.#bytes.subarray(this.#at - length, this.#at);
	}
};
/** The signed number that `ByteWriter.signed` wrote as this one. */
function unsign(value) {
	return value % 2 === 0 ? value / 2 : -(value + 1) / 2;
}
// backend/contract/delta/find-copies.ts
/** Finds what of a content the earlier one holds: copies of its blocks, as long as they run on, and literals between. */
/** Bits of the filter for each block. */
const BITS = 16;
/**
* The copies in the order of the content; what follows the last one is literal.
*
* @param size bytes of a block
* @param signatures of the earlier content's blocks
* @param confirming what the hash that confirms is of, where that is not the content
*/
function findCopies(content, size, signatures, confirming = content) {
	const table = tableOf(signatures);
	const copies = [];
	if (table.weak.length === 0 || content.length < size) return copies;
	const factor = leavingFactor(size);
	const { filter, shift } = table;
	const last = content.length - size;
	let done = 0;
	let at = 0;
	let hash = rollingHash(content, 0, size);
	let expected = -1;
	while (at <= last) {
		const bit = bitOf(hash, shift);
		const from = (filter[bit >>> 5] & 1 << (bit & 31)) === 0 ? -1 : find(table, hash, confirming, at, size, expected);
		if (from >= 0) {
			const previous = copies.at(-1);
			if (previous && from === expected && at === done) previous.length += size;
			else copies.push({
				literal: at - done,
				from,
				length: size
			});
			at += size;
			done = at;
			expected = from + size;
			if (at <= last) hash = rollingHash(content, at, size);
			continue;
		}
		if (at < last) hash = roll(hash, content[at], content[at + size], factor);
		at += 1;
		if (expected >= 0) expected += 1;
	}
	return copies;
}
function tableOf(signatures) {
	const count = signatures.length / 8;
	const mask = 2 ** Math.ceil(Math.log2(Math.max(16, count * 2))) - 1;
	const slots = new Int32Array(mask + 1).fill(-1);
	const bits = Math.ceil(Math.log2(Math.max(32, count * BITS)));
	const filter = new Int32Array(2 ** bits / 32);
	const shift = 32 - bits;
	const table = {
		mask,
		slots,
		weak: new Int32Array(count),
		strong: new Int32Array(count),
		filter,
		shift
	};
	for (let index = 0; index < count; index++) {
		table.weak[index] = signatures.readInt32LE(index * 8);
		table.strong[index] = signatures.readInt32LE(index * 8 + 4);
		insert(table, index);
		const bit = bitOf(table.weak[index], shift);
		filter[bit >>> 5] = filter[bit >>> 5] | 1 << (bit & 31);
	}
	return table;
}
/** Spreads a hash over all bits (Knuth's multiplication by the golden ratio). */
const SPREAD = 2654435761;
/** A hash's bit in the filter. */
const bitOf = (weak, shift) => Math.imul(weak, SPREAD) >>> shift;
const slotOf = (table, weak) => Math.imul(weak, SPREAD) >>> 7 & table.mask;
/** A block that is there many times over, such as one of zeros, is kept a few times only: else each look-up walks them all. */
const MOST_ALIKE = 8;
function insert(table, index) {
	const weak = table.weak[index];
	let slot = slotOf(table, weak);
	for (let alike = 0;; slot = slot + 1 & table.mask) {
		const other = table.slots[slot];
		if (other < 0) break;
		if (table.weak[other] === weak && ++alike === MOST_ALIKE) return;
	}
	table.slots[slot] = index;
}
function find(table, weak, confirming, at, size, expected) {
	let strong = null;
	let best = -1;
	for (let slot = slotOf(table, weak);; slot = slot + 1 & table.mask) {
		const index = table.slots[slot];
		if (index < 0) return best;
		if (table.weak[index] !== weak) continue;
		strong ??= confirmingHash(confirming, at, size);
		if (table.strong[index] !== strong) continue;
		const start = index * size;
		if (start === expected) return start;
		if (best < 0 || Math.abs(start - expected) < Math.abs(best - expected)) best = start;
	}
}
// backend/contract/delta/likeness.ts
/** How much of a content is there already, told from a sample of the earlier one's block signatures. */
/** Bytes of the signatures of a sample: enough also to tell a slow line from a quick one. */
const SAMPLE_BYTES = 65536;
/** Bytes around the sample's place, and the share of the content, where its blocks are looked for. */
const AROUND = 131072;
const AROUND_SHARE = 1 / 16;
/** From the middle: code begins with tables that change everywhere with one more name. Counted in bytes of signatures. */
function sampleStart(signatureBytes) {
	const blocks = Math.max(0, signatureBytes - SAMPLE_BYTES) / 8;
	return Math.floor(blocks / 2) * 8;
}
/**
* The share of the sampled blocks that is found in the later content, at about the same place.
*
* @param confirming what the hash that confirms is of, where that is not the content
*/
function likeness(content, { block, contentLength }, { first, signatures }, confirming = content) {
	const sampled = signatures.length / 8 * block;
	if (sampled === 0) return 0;
	const around = Math.max(AROUND, content.length * AROUND_SHARE);
	const middle = (first * block + sampled / 2) / contentLength * content.length;
	const from = Math.max(0, Math.floor(middle - sampled / 2 - around));
	const to = Math.ceil(middle + sampled / 2 + around);
	const copies = findCopies(content.subarray(from, to), block, signatures, confirming.subarray(from, to));
	return Math.min(1, copies.reduce((sum, { length }) => sum + length, 0) / sampled);
}
// backend/contract/delta/signature-index.ts
/**
* The signatures of an artifact, as they are stored and sent: an index of everything in the zip, in a zstd frame, and then
* the block signatures of its contents. Names are digests: who asks has its own, and compares.
*/
const FORMAT = 1;
const FLAG$1 = {
	deflated: 1,
	signed: 2,
	comparable: 4,
	native: 8
};
const MOST_FLAGS = Object.values(FLAG$1).reduce((all, flag) => all | flag, 0);
promisify(zstdCompress);
const decompress = promisify(zstdDecompress);
/** Bytes of the compressed index, which the signatures begin with. @throws Malformed */
function indexLength(start) {
	if (start.length < 4) throw new Malformed("the signatures are cut off");
	const length = Buffer.from(start).readUInt32LE(0);
	if (length > DELTA_LIMITS.index) throw new Malformed("the index is too large");
	return length;
}
/** Reads the compressed index. @throws Malformed */
async function decodeIndex(frame, fileSize) {
	const reader = new ByteReader(await decompress(frame, { maxOutputLength: DELTA_LIMITS.index }).catch((error) => {
		throw new Malformed(`the index cannot be decompressed: ${error.message}`);
	}));
	if (reader.number() !== FORMAT) throw new Malformed("the index is of another format");
	const count = reader.number(DELTA_LIMITS.entries);
	const column = (read) => Array.from({ length: count }, (_, number) => read(number));
	const gaps = column(() => reader.number(DELTA_LIMITS.gap));
	const data = column(() => reader.number(fileSize));
	const flags = column(() => reader.number(MOST_FLAGS));
	const contents = column((n) => flags[n] & FLAG$1.deflated ? reader.number() : data[n]);
	const records = column(() => reader.number(DELTA_LIMITS.directory));
	const positions = column((n) => n + reader.signed());
	if (new Set(positions).size !== count || positions.some((position) => position < 0 || position >= count)) throw new Malformed("the directory has no order");
	return {
		entries: column((n) => ({
			gapLength: gaps[n],
			dataLength: data[n],
			isDeflated: (flags[n] & FLAG$1.deflated) !== 0,
			contentLength: contents[n],
			recordLength: records[n],
			position: positions[n],
			dataDigest: reader.bytes(6),
			headDigest: reader.bytes(4),
			nameDigest: reader.bytes(4),
			isSigned: (flags[n] & FLAG$1.signed) !== 0,
			isComparable: (flags[n] & FLAG$1.comparable) !== 0,
			isNative: (flags[n] & FLAG$1.native) !== 0
		})),
		middleLength: reader.number(DELTA_LIMITS.tail),
		middleDigest: reader.bytes(8),
		endLength: reader.number(DELTA_LIMITS.tail),
		endDigest: reader.bytes(8)
	};
}
// backend/contract/delta/compress.ts
/** Compresses a difference into the one zstd frame that is sent. */
/** Levels of zstd: the first takes a third of a second for a megabyte, and saves a seventh of what the second leaves. */
const THOROUGH = 19;
const MIDDLE = 9;
const QUICK = 3;
/** Bytes a second below which the line takes longer for what the first saves than that takes. */
const SLOW = 45e4;
/** Bytes a second above which the second level takes longer than sending what it saves. */
const FAST = 15e6;
/** Up to so many bytes the highest level costs nobody anything. */
const SMALL = 32768;
const compressFrame = promisify(zstdCompress);
/** @param rate bytes a second that the line takes; null: only bytes count */
function compress(bytes, rate) {
	let level = MIDDLE;
	if (rate === null || rate < SLOW || bytes.length <= SMALL) level = THOROUGH;
	else if (rate > FAST) level = QUICK;
	return compressFrame(bytes, {
		params: { [constants.ZSTD_c_compressionLevel]: level },
		pledgedSrcSize: bytes.length
	});
}
// backend/contract/delta/dex/dex-file.ts
/**
* A dex file: Android's code, whose instructions name strings, types, fields and methods by their places in sorted tables.
* Source: https://source.android.com/docs/core/runtime/dex-format
*/
/** The sections that hold or are references, by their types in the map. */
const SECTION = {
	stringIds: 1,
	typeIds: 2,
	protoIds: 3,
	fieldIds: 4,
	methodIds: 5,
	classDefs: 6,
	callSites: 7,
	methodHandles: 8,
	typeLists: 4097,
	annotationSetLists: 4098,
	annotationSets: 4099,
	classData: 8192,
	code: 8193,
	stringData: 8194,
	debugInfo: 8195,
	annotations: 8196,
	encodedArrays: 8197,
	annotationDirectories: 8198
};
/** How a reference is written: little-endian, as LEB128, or as LEB128 of one more, where 0 is none. */
const FORM$1 = {
	fixed: 0,
	leb: 1,
	lebPlusOne: 2
};
/** The versions with one dex in a file, 035 to 040. */
const MAGIC$1 = /^dex\n0(?:3[5-9]|40)\0$/;
const HEADER_BYTES$2 = 112;
const MAP_OFFSET = 52;
const MAP_ITEM_BYTES = 12;
/** More than there are types of sections. */
const MOST_SECTIONS$1 = 64;
/** More than compilers put into one file: what is named or counted is kept in memory. */
const MOST_ITEMS = 2 ** 19;
const NOWHERE = {
	count: 0,
	offset: 0
};
var DexFile = class DexFile {
	bytes;
	view;
	/** Where `number` and `signed` read next. */
	at = 0;
	#sections = /* @__PURE__ */ new Map();
	constructor(bytes) {
		this.bytes = bytes;
		this.view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
		this.at = this.view.getUint32(MAP_OFFSET, true);
		const count = this.view.getUint32(this.at, true);
		if (count > MOST_SECTIONS$1) throw new RangeError("the map is too long");
		for (let item = 0; item < count; item++) {
			const at = this.at + 4 + item * MAP_ITEM_BYTES;
			const section = {
				count: this.view.getUint32(at + 4, true),
				offset: this.view.getUint32(at + 8, true)
			};
			if (section.count > MOST_ITEMS) throw new RangeError("a section is too long");
			this.#sections.set(this.view.getUint16(at, true), section);
		}
	}
	/** Null for what does not begin as a dex file does. Whatever else reads it: a `RangeError` says that it is none after all. */
	static open(bytes) {
		if (bytes.length < HEADER_BYTES$2 || !MAGIC$1.test(Buffer.from(bytes.subarray(0, 8)).toString("latin1"))) return null;
		return new DexFile(bytes);
	}
	section(type) {
		return this.#sections.get(type) ?? NOWHERE;
	}
	/** A section of items of one size. @throws RangeError when it ends after the file */
	table(type, itemBytes) {
		const section = this.section(type);
		if (section.offset + section.count * itemBytes > this.bytes.length) throw new RangeError("a table is cut off");
		return section;
	}
	/** The unsigned LEB128 here. @throws RangeError when it is none of 32 bits */
	number() {
		let value = 0;
		for (let shift = 0; shift < 35; shift += 7) {
			const byte = this.view.getUint8(this.at++);
			value |= (byte & 127) << shift;
			if (byte < 128) return value >>> 0;
		}
		throw new RangeError("a number is too long");
	}
	/** The signed LEB128 here. @throws RangeError when it is none of 32 bits */
	signed() {
		let value = 0;
		for (let shift = 0; shift < 35; shift += 7) {
			const byte = this.view.getUint8(this.at++);
			value |= (byte & 127) << shift;
			if (byte < 128) return shift < 28 && (byte & 64) !== 0 ? value | -1 << shift + 7 : value;
		}
		throw new RangeError("a number is too long");
	}
	/** What the reference says; -1 for none, and for one that is written longer than it need be. */
	read(at, width, form) {
		if (form === FORM$1.fixed) {
			if (width === 4) return this.view.getUint32(at, true);
			if (width === 2) return this.view.getUint16(at, true);
			let value = 0;
			for (let byte = width - 1; byte >= 0; byte--) value = value * 256 + this.view.getUint8(at + byte);
			return value;
		}
		if (width > 1 && this.view.getUint8(at + width - 1) === 0) return -1;
		let value = 0;
		for (let byte = width - 1; byte >= 0; byte--) value = value * 128 + (this.view.getUint8(at + byte) & 127);
		return form === FORM$1.lebPlusOne ? value - 1 : value;
	}
	/** Writes it in as many bytes. @returns whether it goes into them */
	write(at, width, form, value) {
		let rest = form === FORM$1.lebPlusOne ? value + 1 : value;
		if (form === FORM$1.fixed) {
			for (let byte = 0; byte < width; byte++, rest = Math.floor(rest / 256)) this.bytes[at + byte] = rest;
			return rest === 0;
		}
		for (let byte = 0; byte < width; byte++, rest = Math.floor(rest / 128)) {
			if (byte > 0 && rest === 0) return false;
			this.bytes[at + byte] = rest & 127 | (byte < width - 1 ? 128 : 0);
		}
		return rest === 0;
	}
};
// backend/contract/delta/dex/kinds.ts
/** What a reference in a dex file refers to. */
const KIND$1 = {
	stringData: 0,
	typeList: 1,
	string: 2,
	type: 3,
	proto: 4,
	field: 5,
	method: 6,
	code: 7,
	debugInfo: 8,
	classData: 9,
	annotationDirectory: 10,
	annotationSet: 11,
	annotationSetList: 12,
	annotation: 13,
	encodedArray: 14
};
/** How many kinds there are. */
const KINDS$1 = Object.keys(KIND$1).length;
const FIRST_BY_DISTANCE = KIND$1.code;
/** References of the other kinds are told by their distance from the one of the same kind before. */
const isNamed = (kind) => kind < FIRST_BY_DISTANCE;
// backend/contract/delta/first-from.ts
/**
* The place of the first number that is not less than this one, in numbers that go up.
*
* @param count so many of them are looked at
*/
function firstFrom(numbers, value, count = numbers.length) {
	let [low, high] = [0, count];
	while (low < high) {
		const middle = low + high >>> 1;
		if (numbers[middle] < value) low = middle + 1;
		else high = middle;
	}
	return low;
}
// backend/contract/delta/dex/names.ts
/**
* Names of what a dex file refers to: 32 bits that are the same in every build in which it is there, at whatever place.
* Made of the characters of a string, and of the names of what the others consist of.
*/
/** More than any compiler's file needs to name one thing; a hostile one would have all its strings be alike. */
const MOST_STEPS = 256;
/** The names of one kind, each once, by their ordinal numbers and the other way round. */
var NameTable = class {
	names;
	/** Where the named things lie, for kinds that are referred to by their offset. */
	offsets;
	count = 0;
	#slots;
	#mask;
	constructor(capacity, hasOffsets) {
		this.names = new Int32Array(capacity);
		this.offsets = hasOffsets ? new Uint32Array(capacity) : null;
		this.#slots = new Int32Array(2 ** Math.ceil(Math.log2(2 * capacity + 2))).fill(-1);
		this.#mask = this.#slots.length - 1;
	}
	/** Two that would have one name get two, in the order in which they come. @throws RangeError where too many would */
	add(hash, offset) {
		let name = hash | 0;
		let slot = this.#slotOf(name);
		let steps = 0;
		for (let other = this.#slots[slot]; other >= 0; other = this.#slots[slot]) {
			if (++steps === MOST_STEPS) throw new RangeError("too much has the same name");
			if (this.names[other] === name) {
				name = mix(name, 1);
				slot = this.#slotOf(name);
			} else slot = slot + 1 & this.#mask;
		}
		this.names[this.count] = name;
		if (this.offsets) this.offsets[this.count] = offset;
		this.#slots[slot] = this.count++;
	}
	/** The ordinal number; -1 where there is none of the name. */
	find(name) {
		for (let slot = this.#slotOf(name);; slot = slot + 1 & this.#mask) {
			const ordinal = this.#slots[slot];
			if (ordinal < 0 || this.names[ordinal] === name) return ordinal;
		}
	}
	#slotOf(name) {
		return Math.imul(name, 2654435761) >>> 7 & this.#mask;
	}
};
var Names = class {
	#tables = [];
	#last = -1;
	/** Makes room for the names of a kind, before the first of it. */
	open(kind, capacity, hasOffsets = false) {
		this.#tables[kind] = new NameTable(capacity, hasOffsets);
	}
	/** Names the next one of the kind. */
	add(kind, hash, offset = 0) {
		this.#tables[kind]?.add(hash, offset);
	}
	/** The ordinal number of what the value of a reference stands for; -1 where it stands for nothing. */
	ordinalOf(kind, value) {
		const table = this.#tables[kind];
		if (!table || value < 0) return -1;
		if (!table.offsets) return value < table.count ? value : -1;
		let ordinal = this.#last + 1;
		if (table.offsets[ordinal] !== value) ordinal = firstFrom(table.offsets, value, table.count);
		if (ordinal >= table.count || table.offsets[ordinal] !== value) return -1;
		this.#last = ordinal;
		return ordinal;
	}
	/** How many of the kind were named. */
	count(kind) {
		return this.#tables[kind]?.count ?? 0;
	}
	nameOf(kind, ordinal) {
		return this.#tables[kind]?.names[ordinal] ?? 0;
	}
	/** The name behind the value of a reference; 0 where it stands for nothing. */
	nameBehind(kind, value) {
		const ordinal = this.ordinalOf(kind, value);
		return ordinal < 0 ? 0 : this.nameOf(kind, ordinal);
	}
	/** The value of a reference to what has this name; -1 where nothing has. */
	valueOf(kind, name) {
		const table = this.#tables[kind];
		const ordinal = table?.find(name) ?? -1;
		return ordinal < 0 || !table?.offsets ? ordinal : table.offsets[ordinal];
	}
};
/** FNV-1a (Fowler, Noll, Vo) of the bytes, with its bits spread. */
function hashOf(bytes, from, to) {
	let hash = 2166136261;
	for (let at = from; at < to; at++) hash = Math.imul(hash ^ bytes[at], 16777619);
	return mix(hash, to - from);
}
/** One hash of two, in which their order counts. */
const mix = (hash, word) => spread(addWord(hash, word));
// backend/contract/delta/dex/annotations.ts
/** Visits the references by which classes, fields, methods and parameters have annotations. */
/** The sets, and the lists of sets that parameters have. @throws RangeError when they are cut off */
function walkAnnotationSets(file, visitor) {
	for (const [section, kind] of [[SECTION.annotationSets, KIND$1.annotation], [SECTION.annotationSetLists, KIND$1.annotationSet]]) {
		const { count, offset } = file.section(section);
		let at = offset;
		for (let item = 0; item < count; item++) {
			at += 4;
			const end = at + 4 * file.view.getUint32(at - 4, true);
			for (; at < end; at += 4) visitor.visit(kind, at, 4, FORM$1.fixed);
		}
	}
}
/** What of each class has which set. @throws RangeError when they are cut off */
function walkAnnotationDirectories(file, visitor) {
	const { count, offset } = file.section(SECTION.annotationDirectories);
	let at = offset;
	for (let item = 0; item < count; item++) {
		const [fields, methods, parameters] = [
			4,
			8,
			12
		].map((from) => file.view.getUint32(at + from, true));
		visitor.visit(KIND$1.annotationSet, at, 4, FORM$1.fixed);
		at = walkAnnotated(file, visitor, at + 16, fields, KIND$1.field, KIND$1.annotationSet);
		at = walkAnnotated(file, visitor, at, methods, KIND$1.method, KIND$1.annotationSet);
		at = walkAnnotated(file, visitor, at, parameters, KIND$1.method, KIND$1.annotationSetList);
	}
}
function walkAnnotated({ bytes }, visitor, start, count, kind, annotations) {
	const end = start + 8 * count;
	if (end > bytes.length) throw new RangeError("annotations are cut off");
	for (let at = start; at < end; at += 8) {
		visitor.visit(kind, at, 4, FORM$1.fixed);
		visitor.visit(annotations, at + 4, 4, FORM$1.fixed);
	}
	return end;
}
// backend/contract/delta/dex/visitor.ts
/** Who is told of the references in a dex file. */
/** Visits the LEB128 that stands where the file is read next, and reads on behind it. */
function visitLeb(file, visitor, kind, form = FORM$1.leb) {
	const start = file.at;
	file.number();
	visitor.visit(kind, start, file.at - start, form);
}
// backend/contract/delta/dex/debug-info.ts
/** Visits the references in debug information: the names and types of parameters and local variables. */
const OPCODE = {
	end: 0,
	advancePc: 1,
	advanceLine: 2,
	startLocal: 3,
	startLocalExtended: 4,
	endLocal: 5,
	restartLocal: 6,
	setFile: 9
};
/** Walks the debug information that begins here. @throws RangeError when it is none */
function walkDebugInfo(file, visitor) {
	const string = () => visitLeb(file, visitor, KIND$1.string, FORM$1.lebPlusOne);
	file.number();
	for (let parameters = file.number(); parameters > 0; parameters--) string();
	for (;;) {
		const opcode = file.view.getUint8(file.at++);
		switch (opcode) {
			case OPCODE.end: return;
			case OPCODE.advancePc:
			case OPCODE.advanceLine:
			case OPCODE.endLocal:
			case OPCODE.restartLocal:
				file.number();
				break;
			case OPCODE.startLocal:
			case OPCODE.startLocalExtended:
				file.number();
				string();
				visitLeb(file, visitor, KIND$1.type, FORM$1.lebPlusOne);
				if (opcode === OPCODE.startLocalExtended) string();
				break;
			case OPCODE.setFile: string();
		}
	}
}
// backend/contract/delta/dex/instructions.ts
/**
* How long each instruction is, and what it refers to. Source: https://source.android.com/docs/core/runtime/dalvik-bytecode
*/
/** Opcodes from this one to that one, of so many 16-bit units; all others are one unit long. */
const LONGER = [
	[
		2,
		2,
		2
	],
	[
		3,
		3,
		3
	],
	[
		5,
		5,
		2
	],
	[
		6,
		6,
		3
	],
	[
		8,
		8,
		2
	],
	[
		9,
		9,
		3
	],
	[
		19,
		19,
		2
	],
	[
		20,
		20,
		3
	],
	[
		21,
		22,
		2
	],
	[
		23,
		23,
		3
	],
	[
		24,
		24,
		5
	],
	[
		25,
		26,
		2
	],
	[
		27,
		27,
		3
	],
	[
		28,
		28,
		2
	],
	[
		31,
		32,
		2
	],
	[
		34,
		35,
		2
	],
	[
		36,
		38,
		3
	],
	[
		41,
		41,
		2
	],
	[
		42,
		44,
		3
	],
	[
		45,
		61,
		2
	],
	[
		68,
		109,
		2
	],
	[
		110,
		114,
		3
	],
	[
		116,
		120,
		3
	],
	[
		144,
		175,
		2
	],
	[
		208,
		226,
		2
	],
	[
		250,
		251,
		4
	],
	[
		252,
		253,
		3
	],
	[
		254,
		255,
		2
	]
];
/** Opcodes whose second unit is the place of such a thing in its table. */
const REFERRING = [
	[
		26,
		27,
		KIND$1.string
	],
	[
		28,
		28,
		KIND$1.type
	],
	[
		31,
		32,
		KIND$1.type
	],
	[
		34,
		37,
		KIND$1.type
	],
	[
		82,
		109,
		KIND$1.field
	],
	[
		110,
		114,
		KIND$1.method
	],
	[
		116,
		120,
		KIND$1.method
	],
	[
		250,
		251,
		KIND$1.method
	],
	[
		255,
		255,
		KIND$1.proto
	]
];
/** 16-bit units, by opcode. */
const UNITS = byOpcode(LONGER, 1);
const REFERS_TO = byOpcode(REFERRING, 255);
/** Data between the instructions: a `nop` whose other byte says what of. */
const PAYLOAD = {
	packedSwitch: 1,
	sparseSwitch: 2,
	array: 3
};
/** Bytes of the `nop` at this place with the data that it heads. */
function nopBytes(view, at) {
	const payload = view.getUint8(at + 1);
	if (payload === PAYLOAD.packedSwitch) return 8 + 4 * view.getUint16(at + 2, true);
	if (payload === PAYLOAD.sparseSwitch) return 4 + 8 * view.getUint16(at + 2, true);
	if (payload !== PAYLOAD.array) return 2;
	const bytes = view.getUint16(at + 2, true) * view.getUint32(at + 4, true);
	return 8 + bytes + bytes % 2;
}
function byOpcode(ranges, otherwise) {
	const values = (/* @__PURE__ */ new Uint8Array(256)).fill(otherwise);
	for (const [from, to, value] of ranges) values.fill(value, from, to + 1);
	return values;
}
// backend/contract/delta/dex/values.ts
/** Visits the references in encoded values, of which annotations and the first values of static fields consist. */
/** Types of values, the low five bits of their first byte. */
const TYPE$1 = {
	array: 28,
	annotation: 29,
	null: 30,
	boolean: 31
};
const REFERENCES = /* @__PURE__ */ new Map([
	[21, KIND$1.proto],
	[23, KIND$1.string],
	[24, KIND$1.type],
	[25, KIND$1.field],
	[26, KIND$1.method],
	[27, KIND$1.field]
]);
/** Deeper than any compiler nests them; what a hostile file nests deeper is no dex file. */
const DEEPEST = 64;
/**
* Walks the annotation with its visibility, or the array, that begins here.
*
* @throws RangeError when it is none
*/
function walkValue(file, type, visitor) {
	if (type === "array") walkArray(file, visitor, 0);
	else {
		file.at += 1;
		walkAnnotation(file, visitor, 0);
	}
}
function walkArray(file, visitor, depth) {
	for (let left = file.number(); left > 0; left--) walkOne(file, visitor, depth);
}
function walkAnnotation(file, visitor, depth) {
	visitLeb(file, visitor, KIND$1.type);
	for (let left = file.number(); left > 0; left--) {
		visitLeb(file, visitor, KIND$1.string);
		walkOne(file, visitor, depth);
	}
}
function walkOne(file, visitor, depth) {
	if (depth > DEEPEST) throw new RangeError("values are nested too deep");
	const head = file.view.getUint8(file.at++);
	const type = head & 31;
	if (type === TYPE$1.array) walkArray(file, visitor, depth + 1);
	else if (type === TYPE$1.annotation) walkAnnotation(file, visitor, depth + 1);
	else if (type !== TYPE$1.null && type !== TYPE$1.boolean) {
		const width = (head >>> 5) + 1;
		const kind = REFERENCES.get(type);
		if (kind !== void 0 && width <= 4) visitor.visit(kind, file.at, width, FORM$1.fixed);
		file.at += width;
	}
}
// backend/contract/delta/dex/walk.ts
/**
* Visits all references of a dex file, in an order in which each is known to be right before something is named by it: the
* strings, what is made of them, then the classes, their code and what describes them.
*/
/**
* Walks through all of the file, and lets others work in between.
*
* @throws RangeError when the file is no dex file after all
*/
async function walk(file, names, visitor) {
	for (const _pause of new Walk(file, names, visitor).all()) await setImmediate();
}
/** Items of a long section that are walked through at once. */
const AT_ONCE$7 = 4096;
/** Method handles up to this type are of fields. */
const LAST_FIELD_HANDLE = 3;
var Walk = class {
	#file;
	#view;
	#names;
	#visitor;
	constructor(file, names, visitor) {
		this.#file = file;
		this.#view = file.view;
		this.#names = names;
		this.#visitor = visitor;
	}
	/** Yields where it can pause. */
	*all() {
		yield* this.#stringData();
		yield* this.#strings();
		yield* this.#types();
		yield* this.#typeLists();
		yield* this.#protos();
		yield* this.#members(SECTION.fieldIds, KIND$1.field, KIND$1.type);
		yield* this.#members(SECTION.methodIds, KIND$1.method, KIND$1.proto);
		yield this.#classes();
		yield* this.#code();
		yield* this.#classData();
		walkAnnotationSets(this.#file, this.#visitor);
		yield walkAnnotationDirectories(this.#file, this.#visitor);
		this.#callSites();
		if (this.#visitor.isBrief) return;
		this.#methodHandles();
		yield* this.#debugInfo();
		yield* this.#values();
	}
	*#stringData() {
		const { count, offset } = this.#file.section(SECTION.stringData);
		this.#names.open(KIND$1.stringData, count, true);
		this.#file.at = offset;
		for (let item = 0; item < count; item++) {
			if (item % AT_ONCE$7 === 0) yield;
			const start = this.#file.at;
			this.#file.number();
			const end = this.#file.bytes.indexOf(0, this.#file.at);
			if (end < 0) throw new RangeError("a string is cut off");
			this.#names.add(KIND$1.stringData, hashOf(this.#file.bytes, this.#file.at, end), start);
			this.#file.at = end + 1;
		}
	}
	*#strings() {
		const { count, offset } = this.#file.table(SECTION.stringIds, 4);
		this.#names.open(KIND$1.string, count);
		for (let item = 0; item < count; item++) {
			if (item % AT_ONCE$7 === 0) yield;
			this.#names.add(KIND$1.string, this.#offset(KIND$1.stringData, offset + 4 * item));
		}
	}
	*#types() {
		const { count, offset } = this.#file.table(SECTION.typeIds, 4);
		this.#names.open(KIND$1.type, count);
		for (let item = 0; item < count; item++) {
			if (item % AT_ONCE$7 === 0) yield;
			this.#names.add(KIND$1.type, this.#offset(KIND$1.string, offset + 4 * item));
		}
	}
	*#typeLists() {
		const { count, offset } = this.#file.section(SECTION.typeLists);
		this.#names.open(KIND$1.typeList, count, true);
		let at = offset;
		for (let item = 0; item < count; item++) {
			if (item % AT_ONCE$7 === 0) yield;
			const start = aligned(at);
			at = start + 4;
			let name = 0;
			for (const end = at + 2 * this.#view.getUint32(start, true); at < end; at += 2) name = mix(name, this.#short(KIND$1.type, at));
			this.#names.add(KIND$1.typeList, name, start);
		}
	}
	*#protos() {
		const { count, offset } = this.#file.table(SECTION.protoIds, 12);
		this.#names.open(KIND$1.proto, count);
		for (let item = 0; item < count; item++) {
			if (item % AT_ONCE$7 === 0) yield;
			const at = offset + 12 * item;
			const name = mix(this.#offset(KIND$1.string, at), this.#offset(KIND$1.type, at + 4));
			this.#names.add(KIND$1.proto, mix(name, this.#offset(KIND$1.typeList, at + 8)));
		}
	}
	/** Fields and methods: of which class, of what type, and called what. */
	*#members(section, kind, typeKind) {
		const { count, offset } = this.#file.table(section, 8);
		this.#names.open(kind, count);
		for (let item = 0; item < count; item++) {
			if (item % AT_ONCE$7 === 0) yield;
			const at = offset + 8 * item;
			const name = mix(this.#short(KIND$1.type, at), this.#short(typeKind, at + 2));
			this.#names.add(kind, mix(name, this.#offset(KIND$1.string, at + 4)));
		}
	}
	#classes() {
		const { count, offset } = this.#file.table(SECTION.classDefs, 32);
		for (let at = offset; at < offset + 32 * count; at += 32) {
			this.#visit(KIND$1.type, at, 4);
			this.#visit(KIND$1.type, at + 8, 4);
			this.#visit(KIND$1.typeList, at + 12, 4);
			this.#visit(KIND$1.string, at + 16, 4);
			this.#visit(KIND$1.annotationDirectory, at + 20, 4);
			this.#visit(KIND$1.classData, at + 24, 4);
			this.#visit(KIND$1.encodedArray, at + 28, 4);
		}
	}
	*#code() {
		const { count, offset } = this.#file.section(SECTION.code);
		let at = offset;
		for (let item = 0; item < count; item++) {
			if (item % AT_ONCE$7 === 0) yield;
			const start = aligned(at);
			const tries = this.#view.getUint16(start + 6, true);
			const units = this.#view.getUint32(start + 12, true);
			this.#visit(KIND$1.debugInfo, start + 8, 4);
			at = start + 16 + 2 * units;
			if (!this.#visitor.isBrief) this.#instructions(start + 16, at);
			if (tries > 0) at = this.#handlers(at + units % 2 * 2 + 8 * tries);
		}
	}
	#instructions(start, end) {
		const view = this.#view;
		for (let at = start; at < end;) {
			const opcode = view.getUint8(at);
			if (opcode === 0) {
				at += nopBytes(view, at);
				continue;
			}
			const kind = REFERS_TO[opcode];
			if (kind !== 255) this.#visit(kind, at + 2, opcode === 27 ? 4 : 2);
			at += 2 * UNITS[opcode];
		}
	}
	/** What is caught, and where it is handled. @returns where that ends */
	#handlers(start) {
		const file = this.#file;
		file.at = start;
		for (let lists = file.number(); lists > 0; lists--) {
			const size = file.signed();
			for (let typed = Math.abs(size); typed > 0; typed--) {
				this.#leb(KIND$1.type);
				file.number();
			}
			if (size <= 0) file.number();
		}
		return file.at;
	}
	*#classData() {
		const file = this.#file;
		const { count, offset } = file.section(SECTION.classData);
		file.at = offset;
		for (let item = 0; item < count; item++) {
			if (item % AT_ONCE$7 === 0) yield;
			const fields = [file.number(), file.number()];
			const methods = [file.number(), file.number()];
			for (const size of fields) for (let each = 0; each < size; each++) {
				if (each === 0) this.#leb(KIND$1.field);
				else file.number();
				file.number();
			}
			for (const size of methods) for (let each = 0; each < size; each++) {
				if (each === 0) this.#leb(KIND$1.method);
				else file.number();
				file.number();
				this.#leb(KIND$1.code);
			}
		}
	}
	*#debugInfo() {
		const { count, offset } = this.#file.section(SECTION.debugInfo);
		this.#file.at = offset;
		for (let item = 0; item < count; item++) {
			if (item % AT_ONCE$7 === 0) yield;
			walkDebugInfo(this.#file, this.#visitor);
		}
	}
	#callSites() {
		const { count, offset } = this.#file.table(SECTION.callSites, 4);
		for (let at = offset; at < offset + 4 * count; at += 4) this.#visit(KIND$1.encodedArray, at, 4);
	}
	#methodHandles() {
		const { count, offset } = this.#file.table(SECTION.methodHandles, 8);
		for (let at = offset; at < offset + 8 * count; at += 8) {
			const isField = this.#view.getUint16(at, true) <= LAST_FIELD_HANDLE;
			this.#visit(isField ? KIND$1.field : KIND$1.method, at + 4, 2);
		}
	}
	/** Annotations, and the first values of static fields. */
	*#values() {
		for (const [section, type] of [[SECTION.annotations, "annotation"], [SECTION.encodedArrays, "array"]]) {
			const { count, offset } = this.#file.section(section);
			this.#file.at = offset;
			for (let item = 0; item < count; item++) {
				if (item % AT_ONCE$7 === 0) yield;
				walkValue(this.#file, type, this.#visitor);
			}
		}
	}
	#visit(kind, at, width) {
		this.#visitor.visit(kind, at, width, FORM$1.fixed);
	}
	#leb(kind) {
		visitLeb(this.#file, this.#visitor, kind);
	}
	/** Visits a place or offset of 32 bits. @returns the name of what it refers to */
	#offset(kind, at) {
		this.#visit(kind, at, 4);
		return this.#names.nameBehind(kind, this.#view.getUint32(at, true));
	}
	#short(kind, at) {
		this.#visit(kind, at, 2);
		return this.#names.nameBehind(kind, this.#view.getUint16(at, true));
	}
};
/** Items of most sections begin at a multiple of four bytes. */
const aligned = (at) => at + 3 & -4;
// backend/contract/delta/dex/form.ts
/** Null for what is no dex file, or none that can be walked through. */
async function dexForm(content) {
	try {
		const file = DexFile.open(content);
		if (!file) return null;
		const names = new Names();
		const masking = new Masking(file, names);
		await walk(file, names, masking);
		return masking;
	} catch (error) {
		if (error instanceof RangeError) return null;
		throw error;
	}
}
var Masking = class {
	isBrief = false;
	bytes;
	confirming;
	isInside;
	#file;
	#names;
	#before = new Float64Array(KINDS$1);
	#counts = new Uint32Array(KINDS$1);
	constructor(file, names) {
		this.#file = file;
		this.#names = names;
		this.bytes = new Uint8Array(file.bytes);
		this.confirming = new Uint8Array(file.bytes);
		this.isInside = new Uint8Array(file.bytes.length);
	}
	visit(kind, at, width, form) {
		const value = this.#file.read(at, width, form);
		if (isNamed(kind)) {
			const ordinal = this.#names.ordinalOf(kind, value);
			if (ordinal >= 0) this.#mask(at, width, mix(kind, this.#names.nameOf(kind, ordinal)));
		} else if (value > 0) {
			if (++this.#counts[kind] > MOST_ITEMS) throw new RangeError("too much is told by its distance");
			this.#mask(at, width, mix(kind, value - this.#before[kind]));
			this.#before[kind] = value;
		}
	}
	/** A name with its kind, or a string's place could be taken for that of a type that is called so. */
	#mask(at, width, name) {
		for (let byte = 0; byte < width; byte++) {
			this.bytes[at + byte] = name >>> 8 * byte;
			this.confirming[at + byte] = name >>> 8 * (3 - byte);
			if (byte > 0) this.isInside[at + byte] = 1;
		}
	}
};
// backend/contract/delta/native/page-hashes.ts
/**
* The hashes of a signed program's pages: they change with every byte, and each side can make them itself.
* Source: https://github.com/apple-oss-distributions/xnu/blob/main/osfmk/kern/cs_blobs.h
*/
/** Numbers in a signature have their big end first. */
const BLOB = {
	all: 4208856256,
	code: 4208856066
};
const SHA256 = 2;
/** More than a program has of them; and the sizes of pages, as powers of two. */
const MOST_BLOBS = 8;
const PAGE$1 = {
	least: 12,
	most: 16
};
/** Where the signature has the hashes of pages by SHA-256. @throws RangeError for one that is cut off */
function pageHashesOf(view, signature) {
	if (view.getUint32(signature) !== BLOB.all) return [];
	const found = [];
	const count = Math.min(MOST_BLOBS, view.getUint32(signature + 8));
	for (let blob = 0; blob < count; blob++) {
		const at = signature + view.getUint32(signature + 16 + 8 * blob);
		if (view.getUint32(at) !== BLOB.code) continue;
		const page = view.getUint8(at + 39);
		if (view.getUint8(at + 37) !== SHA256 || view.getUint8(at + 36) !== 32) continue;
		if (page < PAGE$1.least || page > PAGE$1.most) continue;
		const hashes = {
			offset: at + view.getUint32(at + 16),
			count: view.getUint32(at + 28),
			pageBytes: 2 ** page,
			end: view.getUint32(at + 32)
		};
		if (hashes.offset + hashes.count * 32 <= view.byteLength && hashes.end <= signature) found.push(hashes);
	}
	return found;
}
/** The hash that belongs at this place; null where none does. */
function pageHash(bytes, all, at) {
	const hashes = all.find(({ offset, count }) => at >= offset && at < offset + count * 32);
	const page = hashes ? (at - hashes.offset) / 32 : .5;
	if (!hashes || !Number.isInteger(page)) return null;
	const start = page * hashes.pageBytes;
	if (start >= hashes.end) return null;
	return createHash("sha256").update(bytes.subarray(start, Math.min(start + hashes.pageBytes, hashes.end))).digest();
}
// backend/contract/delta/native/references.ts
/** How a reference is written. */
const KIND = {
	/** ARM64's `b` and `bl`: 26 bits, words from the instruction. */
	branch: 0,
	/** ARM64's `adrp`: 21 bits, pages from the instruction's; to what the first instruction that uses it adds. */
	page: 1,
	/** ARM64's `adr`: 21 bits, bytes from the instruction. */
	near: 2,
	/** What lies in such a page, in 12 bits, of units of 1, 2, 4, 8 or 16 bytes. */
	inPage: 3,
	inPageBy2: 4,
	inPageBy4: 5,
	inPageBy8: 6,
	inPageBy16: 7,
	/** Thumb's `bl` and `b.w`: 24 bits, halfwords from the instruction; and `blx`, words from it. */
	thumb: 8,
	thumbToArm: 9,
	/** A stub of ARM's that leads to a slot: 28 bits in three instructions, from the first. */
	armStub: 10,
	/** 32 bits in code, from somewhere in it. */
	fromCode: 11,
	/** 32 bits in code, from the table of global offsets. */
	fromGlobals: 12,
	/** 32 bits, from where it stands. */
	fromHere: 13,
	/** 31 bits, from where it stands. */
	fromHereIn31: 14,
	/** The same; of a table that is in the order of these. */
	sortedFromHere: 15,
	/** 32 bits, back from where it stands. */
	back: 16,
	/** 32 bits, from the beginning of its section; of a table that is in the order of these. */
	sortedFromSection: 17,
	/** 32 bits, from the beginning of the symbols' names. */
	fromNames: 18,
	/** The SHA-256 of a page; of which one is told by where it stands. */
	pageHash: 19,
	/** An address. */
	address: 20,
	/** The same; of a table that is in the order of these. */
	sortedAddress: 21,
	/** The same; in a place that the linker fills in. */
	slot: 22,
	/** Such a place that holds other things beside the lower 32 bits of the address. */
	packedSlot: 23
};
const isInCode = (kind) => kind <= KIND.fromGlobals;
/**
* Adds a reference to what has this address, if that is there.
*
* @returns where it lies in the file; null for an address that is nowhere
*/
function refer(file, references, at, kind, address, base = 0) {
	const target = file.offsetOf(address);
	if (target !== null) references.add(at, kind, target, base);
	return target;
}
/** In flat arrays, for a library has hundreds of thousands. */
var References = class References {
	/** Where each stands in the file. */
	at;
	kind;
	/** Where in the file lies what it refers to, as `NativeFile.offsetOf` says. */
	target;
	/** Bytes from where it stands to where it counts from, for those from somewhere in code. */
	base;
	count = 0;
	slots;
	/** Bytes of an address. */
	wide;
	constructor(slots, wide, room = 1024) {
		this.slots = slots;
		this.wide = wide;
		this.at = new Uint32Array(room);
		this.kind = new Uint8Array(room);
		this.target = new Float64Array(room);
		this.base = new Int32Array(room);
	}
	add(at, kind, target, base = 0) {
		if (this.count === this.at.length) this.#grow();
		this.at[this.count] = at;
		this.kind[this.count] = kind;
		this.target[this.count] = target;
		this.base[this.count++] = base;
	}
	kindOf(number) {
		return this.kind[number];
	}
	/** Bytes. */
	widthOf(number) {
		const kind = this.kindOf(number);
		if (kind === KIND.packedSlot) return 4;
		if (kind === KIND.pageHash) return 32;
		if (kind >= KIND.address) return this.wide;
		return kind === KIND.armStub ? 12 : 4;
	}
	/** In their order, each byte in one at most, and without those of which it is not known to what they are. */
	inOrder() {
		const ordered = new References(this.slots, this.wide, this.count + 1);
		let end = 0;
		for (const number of this.#order()) {
			const [at, target] = [this.at[number], this.target[number]];
			if (at < end || target < 0) continue;
			ordered.add(at, this.kindOf(number), target, this.base[number]);
			end = at + this.widthOf(number);
		}
		return ordered;
	}
	/** The numbers in the order of where they stand, which mostly is their own. */
	#order() {
		const keys = new Float64Array(this.count);
		let isSorted = true;
		for (let number = 0; number < this.count; number++) {
			keys[number] = this.at[number] * MOST + number;
			isSorted &&= number === 0 || this.at[number - 1] <= this.at[number];
		}
		return isSorted ? keys.keys() : keys.sort().map((key) => key % MOST);
	}
	#grow() {
		if (this.count === MOST) throw new RangeError("there are too many references");
		const old = [
			this.at,
			this.kind,
			this.target,
			this.base
		];
		this.at = new Uint32Array(2 * this.count);
		this.kind = new Uint8Array(2 * this.count);
		this.target = new Float64Array(2 * this.count);
		this.base = new Int32Array(2 * this.count);
		for (const [place, array] of [
			this.at,
			this.kind,
			this.target,
			this.base
		].entries()) array.set(old[place]);
	}
};
/** Nearly twice what code of 30 MB has. */
const MOST = 2 ** 21;
// backend/contract/delta/native/encode.ts
/** The bits of an instruction that hold the reference; of others it is all, or nearly. */
const OPERAND = /* @__PURE__ */ new Map([
	[KIND.branch, 67108863],
	[KIND.page, 1627389920],
	[KIND.near, 1627389920],
	[KIND.inPage, 4193280],
	[KIND.inPageBy2, 4193280],
	[KIND.inPageBy4, 4193280],
	[KIND.inPageBy8, 4193280],
	[KIND.inPageBy16, 4193280],
	[KIND.thumb, 805242879],
	[KIND.thumbToArm, 805242879],
	[KIND.armStub, 255],
	[KIND.fromHereIn31, 2147483647],
	[KIND.sortedFromHere, 2147483647]
]);
/** The instructions of ARM's stub, and which bits of the distance each holds. */
const STUB = [
	{
		place: 0,
		shift: 20,
		bits: 255
	},
	{
		place: 4,
		shift: 12,
		bits: 255
	},
	{
		place: 8,
		shift: 0,
		bits: 4095
	}
];
/** The bits of its first four bytes that hold the reference. */
const operandBits = (kind) => OPERAND.get(kind) ?? 4294967295;
/** From here on places are not in a file: what is in memory alone counts as lying behind each. */
const BEHIND = 2 ** 40;
/** A number of 32 bits, or of 64, which may be negative. */
function wordAt(view, wide, at) {
	const low = view.getUint32(at, true);
	return wide === 4 ? low : low + 2 ** 32 * view.getInt32(at + 4, true);
}
/** Where something lies, or how long it is. @throws RangeError where that cannot be */
function placeAt(view, wide, at) {
	const place = wordAt(view, wide, at);
	if (place < 0 || place >= BEHIND) throw new RangeError("a section lies where it cannot");
	return place;
}
// backend/contract/delta/native/elf.ts
/**
* A native library as Android's linker loads it.
* Source: https://refspecs.linuxfoundation.org/elf/gabi4+/contents.html
*/
const MACHINES$1 = /* @__PURE__ */ new Map([
	[3, "x86"],
	[40, "arm"],
	[62, "x86_64"],
	[183, "arm64"]
]);
/** Flags of sections (`SHF_`). */
const FLAG = {
	loaded: 2,
	code: 4,
	ofThreads: 1024
};
/** Types of sections (`SHT_`). */
const KINDS = /* @__PURE__ */ new Map([
	[4, "relocationsWithAddend"],
	[8, "empty"],
	[9, "relocations"],
	[11, "symbols"],
	[19, "packedRelocations"],
	[1879047936, "packedRelocations"],
	[1879048193, "exceptions"]
]);
/** What a file of 32 or of 64 bits begins with. */
const IDENT = {
	4: Buffer.from([
		127,
		69,
		76,
		70,
		1,
		1,
		1
	]),
	8: Buffer.from([
		127,
		69,
		76,
		70,
		2,
		1,
		1
	])
};
const HEADER_BYTES$1 = 64;
/** Where the header and a section's have what, by the bytes of an address. */
const HEADER = {
	4: {
		table: 32,
		count: 48,
		names: 50
	},
	8: {
		table: 40,
		count: 60,
		names: 62
	}
};
const FIELDS = {
	4: {
		flags: 8,
		address: 12,
		offset: 16,
		size: 20,
		bytes: 40
	},
	8: {
		flags: 8,
		address: 16,
		offset: 24,
		size: 32,
		bytes: 64
	}
};
const MOST_NAME$1 = 64;
/** Null for what is none, or of no known machine. @throws RangeError for one that contradicts itself */
function elfLayout(bytes, view) {
	const wide = [4, 8].find((each) => IDENT[each].equals(bytes.subarray(0, IDENT[each].length)));
	if (bytes.length < HEADER_BYTES$1 || !wide) return null;
	const machine = MACHINES$1.get(view.getUint16(18, true));
	if (!machine) return null;
	const sections = readSections(bytes, view, wide);
	const globals = sections.get(".got.plt") ?? sections.get(".got") ?? null;
	return {
		machine,
		wide,
		sections: [...sections.values()],
		globals
	};
}
function readSections(bytes, view, wide) {
	const [header, fields] = [HEADER[wide], FIELDS[wide]];
	const table = placeAt(view, wide, header.table);
	const count = view.getUint16(header.count, true);
	if (count > 1e3) throw new RangeError("there are too many sections");
	const names = placeAt(view, wide, table + fields.bytes * view.getUint16(header.names, true) + fields.offset);
	const sections = /* @__PURE__ */ new Map();
	for (let at = table; at < table + fields.bytes * count; at += fields.bytes) {
		const flags = placeAt(view, wide, at + fields.flags);
		const size = placeAt(view, wide, at + fields.size);
		if ((flags & FLAG.loaded) === 0 || (flags & FLAG.ofThreads) !== 0 || size === 0) continue;
		const name = nameAt(bytes, names + view.getUint32(at, true));
		const kind = kindOf$1(name, view.getUint32(at + 4, true), (flags & FLAG.code) !== 0);
		const [address, offset] = [placeAt(view, wide, at + fields.address), placeAt(view, wide, at + fields.offset)];
		sections.set(sections.has(name) ? `${name} ${sections.size}` : name, {
			kind,
			address,
			offset,
			size
		});
	}
	return sections;
}
function kindOf$1(name, type, isCode) {
	if (isCode) return name.startsWith(".plt") ? "stubs" : "code";
	const ofType = KINDS.get(type);
	if (ofType) return ofType;
	if (name === ".eh_frame") return "frames";
	if (name === ".eh_frame_hdr") return "frameTable";
	if (name === ".dynstr") return "names";
	return /^\.(?:dyn|gnu|hash)/.test(name) ? "linking" : "data";
}
function nameAt(bytes, start) {
	const name = bytes.subarray(start, start + MOST_NAME$1);
	const end = name.indexOf(0);
	if (end < 0) throw new RangeError("the name of a section is too long");
	return Buffer.from(name.buffer, name.byteOffset, end).toString("latin1");
}
// backend/contract/delta/native/mach-o.ts
/**
* A native library or program of Apple's.
* Source: https://github.com/apple-oss-distributions/xnu/blob/main/EXTERNAL_HEADERS/mach-o/loader.h
*/
const MAGIC = 4277009103;
const HEADER_BYTES = 32;
const MACHINES = /* @__PURE__ */ new Map([[16777223, "x86_64"], [16777228, "arm64"]]);
/** Load commands (`LC_`). */
const COMMAND = {
	symbols: 2,
	dynamicSymbols: 11,
	signature: 29,
	segment: 25,
	dyldInfo: 34,
	dyldInfoOnly: 2147483682,
	chainedFixups: 2147483700
};
const SEGMENT_BYTES = 72;
const SECTION_BYTES = 80;
/** Types of sections, in the lower byte of their flags (`S_`), and that one holds instructions (`S_ATTR_`). */
const TYPE = {
	zeroFill: 1,
	pointers: 6,
	lazyPointers: 7,
	stubs: 8,
	largeZeroFill: 12,
	ofThreads: 18
};
const INSTRUCTIONS = 2147484672;
const EMPTY$1 = [
	TYPE.zeroFill,
	TYPE.largeZeroFill,
	TYPE.ofThreads
];
const SYMBOL_BYTES$1 = 16;
/** Null for what is none, or of no known machine. @throws RangeError for one that contradicts itself */
function machOLayout(bytes, view) {
	if (bytes.length < HEADER_BYTES || view.getUint32(0, true) !== MAGIC) return null;
	const machine = MACHINES.get(view.getUint32(4, true));
	if (!machine) return null;
	const commands = new Commands(bytes, view);
	const count = view.getUint32(16, true);
	if (count > 1e3) throw new RangeError("there are too many load commands");
	let at = HEADER_BYTES;
	for (let command = 0; command < count; command++) {
		commands.read(at);
		const length = view.getUint32(at + 4, true);
		if (length < 8) throw new RangeError("a load command is too short");
		at += length;
	}
	return {
		machine,
		wide: 8,
		sections: commands.all(),
		globals: null,
		linkerTables: commands.tables
	};
}
var Commands = class {
	tables = {
		rebases: {
			offset: 0,
			size: 0
		},
		fixups: {
			offset: 0,
			size: 0
		},
		indirectSymbols: {
			offset: 0,
			count: 0
		},
		symbols: {
			offset: 0,
			count: 0
		},
		names: {
			offset: 0,
			size: 0
		},
		segments: [],
		pointers: [],
		pageHashes: []
	};
	#bytes;
	#view;
	#sections = [];
	constructor(bytes, view) {
		this.#bytes = bytes;
		this.#view = view;
	}
	read(at) {
		const number = (field) => this.#view.getUint32(at + field, true);
		switch (number(0)) {
			case COMMAND.segment:
				this.#segment(at);
				break;
			case COMMAND.symbols:
				this.tables.symbols = {
					offset: number(8),
					count: number(12)
				};
				this.tables.names = {
					offset: number(16),
					size: number(20)
				};
				break;
			case COMMAND.dynamicSymbols:
				this.tables.indirectSymbols = {
					offset: number(56),
					count: number(60)
				};
				break;
			case COMMAND.signature:
				this.tables.pageHashes = pageHashesOf(this.#view, number(8));
				break;
			case COMMAND.dyldInfo:
			case COMMAND.dyldInfoOnly:
				this.tables.rebases = {
					offset: number(8),
					size: number(12)
				};
				break;
			case COMMAND.chainedFixups: this.tables.fixups = {
				offset: number(8),
				size: number(12)
			};
		}
	}
	/** With the table of symbols, which lies in the last segment without being a section. */
	all() {
		const { symbols, segments } = this.tables;
		const size = symbols.count * SYMBOL_BYTES$1;
		const segment = segments.find(({ offset, size }) => symbols.offset >= offset && symbols.offset < offset + size);
		if (!segment || size === 0) return this.#sections;
		const address = segment.address + symbols.offset - segment.offset;
		return [...this.#sections, {
			kind: "machOSymbols",
			address,
			offset: symbols.offset,
			size
		}];
	}
	#segment(at) {
		const [address, offset, size] = [
			this.#place(at + 24),
			this.#place(at + 40),
			this.#place(at + 48)
		];
		this.tables.segments.push({
			address,
			offset,
			size
		});
		const count = this.#view.getUint32(at + 64, true);
		if (count + this.#sections.length > 1e3) throw new RangeError("there are too many sections");
		for (let section = 0; section < count; section++) this.#section(at + SEGMENT_BYTES + section * SECTION_BYTES);
	}
	#section(at) {
		const size = this.#place(at + 40);
		if (size === 0) return;
		const flags = this.#view.getUint32(at + 64, true);
		const section = {
			kind: kindOf(Buffer.from(this.#bytes.subarray(at, at + 16)).toString("latin1"), flags),
			address: this.#place(at + 32),
			offset: this.#view.getUint32(at + 48, true),
			size
		};
		this.#sections.push(section);
		const type = flags & 255;
		if (type === TYPE.pointers || type === TYPE.lazyPointers) this.tables.pointers.push({
			section,
			first: this.#view.getUint32(at + 68, true)
		});
	}
	#place(at) {
		return placeAt(this.#view, 8, at);
	}
};
function kindOf(name, flags) {
	const type = flags & 255;
	if (EMPTY$1.includes(type)) return "empty";
	if (type === TYPE.stubs || name.startsWith("__objc_stubs")) return "stubs";
	if ((flags & INSTRUCTIONS) !== 0) return "code";
	return /^__(?:swift5_|objc_methlist)/.test(name) ? "distances" : "data";
}
// backend/contract/delta/native/native-file.ts
/** A native library: where its sections lie in the file and in memory. */
/** How far the sections in memory alone lie apart from each other, behind the file. */
const APART = 2 ** 32;
var NativeFile = class NativeFile {
	bytes;
	view;
	machine;
	/** Bytes of an address. */
	wide;
	/** Those with bytes in the file, in their order there. */
	sections;
	/** The table of global offsets, from which code of 32 bits counts; null where there is none. */
	globals;
	/** Null for ELF. */
	linkerTables;
	#inMemory;
	#offsets;
	#byAddress;
	#addresses;
	constructor(bytes, view, layout) {
		this.bytes = bytes;
		this.view = view;
		this.machine = layout.machine;
		this.wide = layout.wide;
		this.globals = layout.globals;
		this.linkerTables = layout.linkerTables ?? null;
		this.sections = layout.sections.filter(({ kind }) => kind !== "empty").sort((a, b) => a.offset - b.offset);
		this.#inMemory = layout.sections.filter(({ kind }) => kind === "empty");
		this.#offsets = Float64Array.from(this.sections, ({ offset }) => offset);
		this.#byAddress = this.sections.toSorted((a, b) => a.address - b.address);
		this.#addresses = Float64Array.from(this.#byAddress, ({ address }) => address);
		let end = 0;
		for (const { offset, size } of this.sections) {
			if (offset < end || offset + size > bytes.length) throw new RangeError("a section lies where it cannot");
			end = offset + size;
		}
	}
	/** Null for what is none, or of no known machine. @throws RangeError for one that contradicts itself */
	static open(bytes) {
		const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
		const layout = elfLayout(bytes, view) ?? machOLayout(bytes, view);
		return layout && new NativeFile(bytes, view, layout);
	}
	/**
	* Where in the file lies what has this address; null for what is in no section, or where something else lies. What is in
	* memory alone lies behind all files, at the same place in each.
	*/
	offsetOf(address) {
		const offset = this.#placeOf(address);
		return offset !== null && this.addressOf(offset) === address ? offset : null;
	}
	#placeOf(address) {
		const section = this.#at(address);
		if (section && address < section.address + section.size) return section.offset + address - section.address;
		return this.#behind(address) ?? (section && section.offset + section.size);
	}
	/** For what is in memory alone. */
	#behind(address) {
		const number = this.#inMemory.findIndex((each) => address >= each.address && address <= each.address + each.size);
		return number < 0 ? null : BEHIND + number * APART + address - this.#inMemory[number].address;
	}
	/** The address of what lies there in the file; null for what is not loaded. */
	addressOf(offset) {
		if (offset >= BEHIND) {
			const section = this.#inMemory[Math.floor((offset - BEHIND) / APART)];
			return section ? section.address + (offset - BEHIND) % APART : null;
		}
		const section = this.sectionAt(offset);
		return section && section.address + offset - section.offset;
	}
	/** The section in which it lies, or at whose end; null for what is in none. */
	sectionAt(offset) {
		const section = this.sections[firstFrom(this.#offsets, offset + 1) - 1];
		return section && offset <= section.offset + section.size ? section : null;
	}
	/** The section in the file with this address, or that ends there. */
	#at(address) {
		const section = this.#byAddress[firstFrom(this.#addresses, address + 1) - 1];
		return section && address <= section.address + section.size ? section : null;
	}
	/** An address that stands in the file, or another number as wide; of 64 bits it may be negative. */
	word(at) {
		return wordAt(this.view, this.wide, at);
	}
};
// backend/contract/delta/native/arm64.ts
const PAGE = 4096;
/** Instructions after which others have their turn. */
const AT_ONCE$6 = 65536;
const NONE = -1;
/** Registers that a called function may change (AAPCS64). */
const CHANGED_BY_CALLS = 19;
/** Yields where it can pause. */
function* walkArm64(file, section, references) {
	const { view } = file;
	const registers = new Registers(file, references);
	const end = section.offset + section.size - 3;
	for (let at = section.offset, count = 1; at < end; at += 4, count++) {
		if (count % AT_ONCE$6 === 0) yield;
		const word = view.getUint32(at, true);
		const address = section.address + at - section.offset;
		const group = word >>> 25 & 15;
		if ((group & 14) === 10) registers.branch(word, at, address);
		else if ((group & 14) === 8) {
			if ((word & 520093696) === 268435456) registers.addressOfPage(word, at, address);
			else {
				if (word >>> 22 === 580) registers.use(at, word >>> 5 & 31, word >>> 10 & 4095, 0);
				registers.forget(word & 31);
			}
		} else if ((group & 5) === 4) registers.access(word, at);
		else if ((group & 7) === 5) registers.forget(word & 31);
	}
}
/** What is known at an instruction: the registers that hold the address of a page. */
var Registers = class {
	#file;
	#references;
	#pages = (/* @__PURE__ */ new Float64Array(32)).fill(NONE);
	/** The number of the reference of the instruction that put it there, while nothing has used it. */
	#unused = (/* @__PURE__ */ new Int32Array(32)).fill(NONE);
	constructor(file, references) {
		this.#file = file;
		this.#references = references;
	}
	branch(word, at, address) {
		const isCall = word >>> 31 === 1;
		if ((word & 2080374784) === 335544320) {
			refer(this.#file, this.#references, at, KIND.branch, address + (word << 6 >> 4));
			if (isCall) this.#call();
			else this.#pages.fill(NONE);
		} else if (word >>> 21 === 1713) this.#call();
		else if (word >>> 25 === 107) this.#pages.fill(NONE);
	}
	addressOfPage(word, at, address) {
		const distance = ((word >>> 5 & 524287) << 2 | word >>> 29 & 3) << 11 >> 11;
		const register = word & 31;
		if (word >>> 31 === 0) {
			refer(this.#file, this.#references, at, KIND.near, address + distance);
			this.forget(register);
			return;
		}
		const page = (Math.floor(address / PAGE) + distance) * PAGE;
		this.#pages[register] = page;
		this.#unused[register] = this.#references.count;
		this.#references.add(at, KIND.page, this.#file.offsetOf(page) ?? NONE);
	}
	/** Loads and stores. */
	access(word, at) {
		const isVector = (word & 67108864) !== 0;
		const isLoad = (word & 12582912) !== 0;
		if ((word & 989855744) === 956301312) {
			const scale = isVector && (word & 8388608) !== 0 ? 4 : word >>> 30;
			this.use(at, word >>> 5 & 31, (word >>> 10 & 4095) << scale, scale);
		}
		if (isVector) return;
		if ((word & 973078528) === 671088640) {
			if ((word & 4194304) === 0) return;
			this.forget(word >>> 10 & 31);
			this.forget(word & 31);
		} else if (isLoad) this.forget(word & 31);
	}
	use(at, register, inPage, scale) {
		const page = this.#pages[register];
		if (page === NONE || inPage >= PAGE) return;
		const unused = this.#unused[register];
		const target = refer(this.#file, this.#references, at, KIND.inPage + scale, page + inPage);
		if (target === null) return;
		if (unused !== NONE) this.#references.target[unused] = target;
		this.#unused[register] = NONE;
	}
	forget(register) {
		this.#pages[register] = NONE;
	}
	#call() {
		this.#pages.fill(NONE, 0, CHANGED_BY_CALLS);
	}
};
// backend/contract/delta/native/symbol-names.ts
/** What the symbols of a native library are called, in 32 bits. */
const MOST_SYMBOLS = 2 ** 16;
const MOST_NAME = 512;
var SymbolNames = class {
	#file;
	#table;
	#known = /* @__PURE__ */ new Map();
	constructor(file, table) {
		this.#file = file;
		this.#table = table;
	}
	/** 0 for a symbol that there is not. @throws RangeError where too many are asked for */
	hashOf(number) {
		const known = this.#known.get(number);
		if (known !== void 0) return known;
		if (this.#known.size === MOST_SYMBOLS) throw new RangeError("there are too many symbols");
		const hash = this.#read(number);
		this.#known.set(number, hash);
		return hash;
	}
	#read(number) {
		if (!this.#table || number >= this.#table.symbols.count) return 0;
		const { symbols, names } = this.#table;
		const start = this.#file.view.getUint32(symbols.offset + number * symbols.bytes, true);
		const end = names.offset + Math.min(names.size, start + MOST_NAME);
		const { bytes } = this.#file;
		let hash = 0;
		for (let at = names.offset + start; at < end && bytes[at] !== 0; at++) hash = addWord(hash, bytes[at]);
		return spread(hash);
	}
};
// backend/contract/delta/native/elf-relocations.ts
/** All relocations of a section; none of what is no table of them. */
function* relocationsOf(file, { kind, offset, size }) {
	const { wide, view } = file;
	const hasAddend = kind === "relocationsWithAddend";
	if (!hasAddend && kind !== "relocations") return;
	const bytes = (hasAddend ? 3 : 2) * wide;
	for (let at = offset; at + bytes <= offset + size; at += bytes) {
		const address = file.word(at);
		const symbol = wide === 8 ? view.getUint32(at + 12, true) : view.getUint32(at + 4, true) >>> 8;
		yield {
			at,
			address,
			symbol,
			addendAt: hasAddend ? at + 2 * wide : file.offsetOf(address)
		};
	}
}
function* elfSlots(file) {
	const [symbols, names] = ["symbols", "names"].map((kind) => file.sections.find((each) => each.kind === kind));
	const bytes = symbolBytes(file);
	const symbolNames = new SymbolNames(file, (symbols && names && {
		symbols: {
			...symbols,
			bytes,
			count: Math.floor(symbols.size / bytes)
		},
		names
	}) ?? null);
	for (const section of file.sections) {
		if (section.kind === "packedRelocations") for (const address of packedAddresses(file, section)) yield packedSlot(file, address);
		for (const { address, symbol, addendAt } of relocationsOf(file, section)) {
			const target = symbol === 0 && addendAt !== null ? file.offsetOf(file.word(addendAt)) : null;
			const hash = symbol === 0 ? 0 : symbolNames.hashOf(symbol);
			yield {
				at: file.offsetOf(address),
				target,
				symbol: hash,
				isPacked: false
			};
		}
	}
}
function packedSlot(file, address) {
	const at = file.offsetOf(address);
	return {
		at,
		target: at !== null && at + file.wide <= file.bytes.length ? file.offsetOf(file.word(at)) : null,
		symbol: 0,
		isPacked: false
	};
}
/**
* The addresses of what holds an address that moves with the library: one in itself, or a bit for each place behind the last.
* Source: https://gabi.xinuos.com/elf/06-reloc.html#relative-relocation-table
*/
function* packedAddresses(file, { offset, size }) {
	const { wide } = file;
	let next = 0;
	for (let at = offset; at + wide <= offset + size; at += wide) {
		if ((file.view.getUint8(at) & 1) === 0) {
			const address = file.word(at);
			yield address;
			next = address + wide;
			continue;
		}
		for (let byte = 0; byte < wide; byte++) {
			const bits = file.view.getUint8(at + byte);
			for (let bit = byte === 0 ? 1 : 0; bits >>> bit !== 0; bit++) if ((bits >>> bit & 1) === 1) yield next + (8 * byte + bit - 1) * wide;
		}
		next += (8 * wide - 1) * wide;
	}
}
/** Bytes of an entry of the table of symbols. */
const symbolBytes = ({ wide }) => wide === 8 ? 24 : 16;
// backend/contract/delta/native/mach-o-slots.ts
/**
* What Apple's linker puts where: the addresses that it moves with the library, in either of two notations, and those of symbols.
* Source: https://github.com/apple-oss-distributions/xnu/blob/main/EXTERNAL_HEADERS/mach-o/loader.h and fixup-chains.h beside it
*/
const SYMBOL_BYTES = 16;
/** Flags of an indirect symbol that is none (`INDIRECT_SYMBOL_LOCAL` and `_ABS`). */
const NO_SYMBOL = 1073741824;
const POINTER = 8;
function* machOSlots(file, tables) {
	yield* symbolSlots(file, tables);
	yield* rebases(file, tables);
	yield* chains(file, tables);
}
function* symbolSlots(file, { pointers, indirectSymbols, symbols, names }) {
	const symbolNames = new SymbolNames(file, {
		symbols: {
			...symbols,
			bytes: SYMBOL_BYTES
		},
		names
	});
	for (const { section, first } of pointers) for (let slot = 0; (slot + 1) * POINTER <= section.size && first + slot < indirectSymbols.count; slot++) {
		const number = file.view.getUint32(indirectSymbols.offset + 4 * (first + slot), true);
		const symbol = number >= NO_SYMBOL ? 0 : symbolNames.hashOf(number);
		if (symbol !== 0) yield {
			at: section.offset + slot * POINTER,
			target: null,
			symbol,
			isPacked: false
		};
	}
}
/** Steps of the older notation, in the upper half of a byte (`REBASE_OPCODE_`). */
const STEP$1 = {
	done: 0,
	setType: 1,
	setSegment: 2,
	add: 3,
	addPointers: 4,
	rebase: 5,
	rebaseTimes: 6,
	rebaseAndAdd: 7,
	rebaseTimesAndSkip: 8
};
function* rebases(file, { rebases: { offset, size }, segments }) {
	const reader = new ByteReader(file.bytes.subarray(offset, offset + size));
	let at = 0;
	const slots = function* (times, skipped = 0) {
		for (let time = 0; time < times; time++) {
			if (at + POINTER > file.bytes.length) throw new RangeError("a pointer lies where it cannot");
			yield {
				at,
				target: file.offsetOf(file.word(at)),
				symbol: 0,
				isPacked: false
			};
			at += POINTER + skipped;
		}
	};
	while (!reader.atEnd) {
		const byte = reader.bytes(1)[0];
		const low = byte & 15;
		switch (byte >>> 4) {
			case STEP$1.done: return;
			case STEP$1.setType: break;
			case STEP$1.setSegment:
				at = (segments[low]?.offset ?? Number.POSITIVE_INFINITY) + reader.number();
				break;
			case STEP$1.add:
				at += reader.number();
				break;
			case STEP$1.addPointers:
				at += low * POINTER;
				break;
			case STEP$1.rebase:
				yield* slots(low);
				break;
			case STEP$1.rebaseTimes:
				yield* slots(reader.number());
				break;
			case STEP$1.rebaseAndAdd:
				yield* slots(1, reader.number());
				break;
			case STEP$1.rebaseTimesAndSkip:
				yield* slots(reader.number(), reader.number());
				break;
			default: throw new RangeError("a step of rebasing is not known");
		}
	}
}
/** Forms of pointers in chains (`DYLD_CHAINED_PTR_64` and `_64_OFFSET`), which other kinds of programs do not have. */
const FORM = {
	address: 2,
	offset: 6
};
/** Of a page without pointers, or with several chains, which these forms do not have. */
const NO_CHAIN = 32768;
/** In the newer notation each pointer says where the next one is. */
function* chains(file, { fixups, segments }) {
	if (fixups.size === 0) return;
	const { view } = file;
	const starts = fixups.offset + view.getUint32(fixups.offset + 4, true);
	const base = segments.find(({ offset, size }) => offset === 0 && size > 0)?.address ?? 0;
	for (let segment = 0; segment < Math.min(view.getUint32(starts, true), segments.length); segment++) {
		const start = view.getUint32(starts + 4 + 4 * segment, true);
		if (start === 0) continue;
		const at = starts + start;
		const form = view.getUint16(at + 6, true);
		if (form !== FORM.address && form !== FORM.offset || base % 2 ** 32 !== 0) continue;
		const pageSize = view.getUint16(at + 4, true);
		const offset = segments[segment]?.offset;
		for (let page = 0; page < view.getUint16(at + 20, true); page++) {
			const first = view.getUint16(at + 22 + 2 * page, true);
			if (first < NO_CHAIN) yield* chain(file, offset + page * pageSize + first, form === FORM.offset ? base : 0);
		}
	}
}
function* chain(file, first, base) {
	for (let at = first, next = -1; next !== 0; at += 4 * next) {
		const [low, high] = [file.view.getUint32(at, true), file.view.getUint32(at + 4, true)];
		next = high >>> 19 & 4095;
		const target = high >>> 31 === 1 ? null : file.offsetOf(base + low + 2 ** 32 * (high & 15));
		yield {
			at,
			target,
			symbol: 0,
			isPacked: true
		};
	}
}
// backend/contract/delta/native/slots.ts
/**
* The places in a native library that the linker fills in when it is loaded. They hold nothing, or nearly nothing, and are
* known by what is put there.
*/
/** Slots after which others have their turn. */
const AT_ONCE$5 = 16384;
/** Several times what the largest libraries have. */
const MOST_SLOTS = 2 ** 20;
/** Lets others work in between. @throws RangeError where there are more than a linker makes */
async function slotsOf(file) {
	const slots = [];
	const keys = [];
	let count = 0;
	for (const slot of file.linkerTables ? machOSlots(file, file.linkerTables) : elfSlots(file)) {
		if (++count % AT_ONCE$5 === 0) await setImmediate();
		if (count === MOST_SLOTS) throw new RangeError("there are too many slots");
		if (slot.at === null || slot.at + file.wide > file.bytes.length) continue;
		keys.push((2 * slot.at + Number(slot.symbol === 0)) * MOST_SLOTS + slots.length);
		slots.push(slot);
	}
	const ordered = Array.from(Float64Array.from(keys).sort(), (key) => slots[key % MOST_SLOTS]);
	const once = ordered.filter(({ at }, slot) => at !== ordered[slot - 1]?.at);
	return {
		at: Uint32Array.from(once, ({ at }) => at),
		target: Float64Array.from(once, ({ target }) => target ?? -1),
		symbol: Int32Array.from(once, ({ symbol }) => symbol),
		isPacked: Uint8Array.from(once, ({ isPacked }) => Number(isPacked))
	};
}
// backend/contract/delta/native/tables.ts
/**
* Finds what the tables of a native library refer to: relocations, exported symbols, and how frames are unwound.
* Source: https://refspecs.linuxfoundation.org/elf/gabi4+/contents.html and
* https://refspecs.linuxfoundation.org/LSB_5.0.0/LSB-Core-generic/LSB-Core-generic/ehframechpt.html
*/
const CANNOT_UNWIND = 1;
const MACH_O_SYMBOL_BYTES = 16;
/** The bits of a symbol's type that say where it is (`N_TYPE`): in a section (`N_SECT`). */
const WHERE = 14;
const IN_SECTION = 14;
/** Smaller numbers are more likely a count than a distance. */
const NEAR$1 = 64;
/** Where a frame's description has the length of what is added to it, and what that is for functions that catch. */
const ADDED = 16;
const ADDED_BYTES = 4;
/** The encodings of the table of frames, `DW_EH_PE_sdata4` from the section's beginning, and what stands before it. */
const FRAME_TABLE = [
	1,
	27,
	3,
	59
];
const FRAME_TABLE_HEAD = 12;
/** Instead of a length: it follows in 64 bits. */
const LONG$1 = 4294967295;
/** Entries after which others have their turn. */
const AT_ONCE$4 = 16384;
/** Yields where it can pause. */
function* walkTable(file, section, references) {
	let count = 0;
	for (const _entry of (WALKS$1[section.kind] ?? filled)(file, section, references)) if (++count % AT_ONCE$4 === 0) yield;
}
const WALKS$1 = {
	relocations,
	relocationsWithAddend: relocations,
	packedRelocations,
	exceptions,
	symbols,
	machOSymbols,
	frames,
	frameTable,
	distances
};
/** Other sections may have places that hold an address before the linker fills them in. */
function* filled(file, { offset, size }, references) {
	const { at, isPacked, target } = references.slots;
	for (let slot = firstFrom(at, offset); slot < at.length && at[slot] + file.wide <= offset + size; slot++) {
		const place = at[slot];
		if (isPacked[slot] === 0) refer(file, references, place, KIND.slot, file.word(place));
		else if (target[slot] >= 0) references.add(place, KIND.packedSlot, target[slot]);
		yield;
	}
}
function* relocations(file, section, references) {
	for (const { at, address, symbol, addendAt } of relocationsOf(file, section)) {
		refer(file, references, at, KIND.sortedAddress, address);
		const isHere = addendAt !== null && addendAt > at && addendAt < at + 3 * file.wide;
		if (symbol === 0 && isHere) refer(file, references, addendAt, KIND.address, file.word(addendAt));
		yield;
	}
}
/** Those that stand there as an address; others are bits, which stay the same. */
function* packedRelocations(file, { offset, size }, references) {
	for (let at = offset; at + file.wide <= offset + size; at += file.wide) {
		if ((file.bytes[at] & 1) === 0) refer(file, references, at, KIND.sortedAddress, file.word(at));
		yield;
	}
}
function* symbols(file, { offset, size }, references) {
	const bytes = symbolBytes(file);
	for (let at = offset; at + bytes <= offset + size; at += bytes) {
		const value = at + (file.wide === 8 ? 8 : 4);
		refer(file, references, value, KIND.address, file.word(value));
		yield;
	}
}
/** Of Apple's: the names' places, and the addresses of what is in a section. */
function* machOSymbols(file, { offset, size }, references) {
	const names = file.linkerTables?.names;
	for (let at = offset; at + MACH_O_SYMBOL_BYTES <= offset + size; at += MACH_O_SYMBOL_BYTES) {
		const name = file.view.getUint32(at, true);
		if (names && name > 0 && name < names.size) references.add(at, KIND.fromNames, names.offset + name);
		if ((file.bytes[at + 4] & WHERE) === IN_SECTION) refer(file, references, at + 8, KIND.address, file.word(at + 8));
		yield;
	}
}
/** Words of which most are the distance of something from there. */
function* distances(file, section, references) {
	for (let at = section.offset + 3 & -4; at + 4 <= section.offset + section.size; at += 4) {
		const distance = file.view.getInt32(at, true);
		const here = section.address + at - section.offset;
		if (Math.abs(distance) >= NEAR$1) refer(file, references, at, KIND.fromHere, here + distance);
		yield;
	}
}
/** For each function of ARM's its first instruction, and how its frame is unwound: here, or in a table of its own. */
function* exceptions(file, section, references) {
	for (let at = section.offset; at + 8 <= section.offset + section.size; at += 8) {
		near31(file, section, at, KIND.sortedFromHere, references);
		const table = file.view.getInt32(at + 4, true) === CANNOT_UNWIND ? null : near31(file, section, at + 4, KIND.sortedFromHere, references);
		const tableSection = table === null ? null : file.sectionAt(table);
		if (table !== null && tableSection) near31(file, tableSection, table, KIND.fromHereIn31, references);
		yield;
	}
}
/** @returns where its target lies in the file; null where it is none */
function near31(file, section, at, kind, references) {
	if (at + 4 > section.offset + section.size) return null;
	const word = file.view.getInt32(at, true);
	if (word < 0) return null;
	return refer(file, references, at, kind, section.address + at - section.offset + (word << 1 >> 1));
}
/** Records of a length: common information, and for each function what is special to it. */
function* frames(file, section, references) {
	const { view } = file;
	const end = section.offset + section.size;
	for (let at = section.offset; at + 8 <= end;) {
		const length = view.getUint32(at, true);
		const common = view.getUint32(at + 4, true);
		if (length === 0 || length === LONG$1 || at + 4 + length > end) return;
		if (common !== 0 && length >= ADDED) {
			const here = section.address + at - section.offset;
			refer(file, references, at + 4, KIND.back, here + 4 - common);
			refer(file, references, at + 8, KIND.fromHere, here + 8 + view.getInt32(at + 8, true));
			if (file.bytes[at + ADDED] === ADDED_BYTES && length >= 17) {
				const distance = view.getInt32(at + ADDED + 1, true);
				if (distance !== 0) refer(file, references, at + ADDED + 1, KIND.fromHere, here + ADDED + 1 + distance);
			}
		}
		at += 4 + length;
		yield;
	}
}
/** For each function its first instruction and its frame, in their order, to be searched. */
function* frameTable(file, { address, offset, size }, references) {
	const { bytes, view } = file;
	if (size < FRAME_TABLE_HEAD || FRAME_TABLE.some((encoding, place) => bytes[offset + place] !== encoding)) return;
	refer(file, references, offset + 4, KIND.fromHere, address + 4 + view.getInt32(offset + 4, true));
	for (let at = offset + FRAME_TABLE_HEAD; at + 4 <= offset + size; at += 4) {
		refer(file, references, at, KIND.sortedFromSection, address + view.getInt32(at, true));
		yield;
	}
}
// backend/contract/delta/native/thumb.ts
/** Bytes after which others have their turn. */
const AT_ONCE$3 = 262144;
/** The program counter is so many bytes ahead of an instruction. */
const AHEAD = 4;
/** Yields where it can pause. */
function* walkThumb(file, section, references) {
	const { view } = file;
	const end = section.offset + section.size;
	const isStubs = section.kind === "stubs";
	const words = new Words(file, section, references);
	let pause = section.offset + AT_ONCE$3;
	for (let at = section.offset; at + 4 <= end;) {
		if (at >= pause) {
			pause += AT_ONCE$3;
			yield;
		}
		if (isStubs) at += stub(file, section, at, references);
		else if (words.hasAt(at)) at += 4;
		else {
			const first = view.getUint16(at, true);
			if (first >>> 11 < 29) {
				words.short(first, at);
				at += 2;
			} else {
				const second = view.getUint16(at + 2, true);
				if ((first & 63488) === 61440) branch(file, section, first, second, at, references);
				else words.long(first, second, at);
				at += 4;
			}
		}
	}
}
function branch(file, section, first, second, at, references) {
	const kind = branchKind(second);
	if (kind === null) return;
	const sign = first >>> 10 & 1;
	const [high, middle] = [~(second >>> 13 ^ sign) & 1, ~(second >>> 11 ^ sign) & 1];
	const bits = sign << 24 | high << 23 | middle << 22 | (first & 1023) << 12 | (second & 2047) << 1;
	const here = section.address + at - section.offset + AHEAD;
	refer(file, references, at, kind, (kind === KIND.thumbToArm ? here - here % 4 : here) + (bits << 7 >> 7));
}
function branchKind(second) {
	if ((second & 53248) === 53248 || (second & 53248) === 36864) return KIND.thumb;
	return (second & 53249) === 49152 ? KIND.thumbToArm : null;
}
/** The instructions of 32 bits (A32) that lead on by a slot. @returns bytes that were looked at */
function stub(file, section, at, references) {
	const { view } = file;
	if (at + 12 > section.offset + section.size) return 4;
	const [add, more, load] = [
		at,
		at + 4,
		at + 8
	].map((each) => view.getUint32(each, true));
	if (add >>> 8 !== 14847942 || more >>> 8 !== 14847178 || load >>> 12 !== 941007) return 4;
	const distance = (add & 255) << 20 | (more & 255) << 12 | load & 4095;
	const address = section.address + at - section.offset + 8 + distance;
	refer(file, references, at, KIND.armStub, address);
	return 12;
}
/** Words that stand behind functions, which are loaded and then added to the program counter. */
var Words = class {
	#file;
	#section;
	#references;
	/** By registers, where the word lies that was loaded last; 0 for none. */
	#loaded = /* @__PURE__ */ new Uint32Array(16);
	/** Those that were loaded, and are no instructions. */
	#ahead = /* @__PURE__ */ new Set();
	constructor(file, section, references) {
		this.#file = file;
		this.#section = section;
		this.#references = references;
	}
	hasAt(at) {
		return this.#ahead.size > 0 && this.#ahead.delete(at);
	}
	short(word, at) {
		if (word >>> 11 === 9) this.#load(word >>> 8 & 7, at, 4 * (word & 255));
		else if ((word & 65400) === 17528) this.#add(word & 7 | word >>> 4 & 8, at);
	}
	long(first, second, at) {
		if (first === 63711) this.#load(second >>> 12, at, second & 4095);
	}
	#load(register, at, distance) {
		const address = this.#section.address + at - this.#section.offset + AHEAD;
		const place = at + AHEAD - address % 4 + distance;
		if (place + 4 > this.#section.offset + this.#section.size) return;
		this.#loaded[register] = place;
		this.#ahead.add(place);
	}
	#add(register, at) {
		const place = this.#loaded[register];
		if (place === 0) return;
		this.#loaded[register] = 0;
		const address = this.#section.address + at - this.#section.offset + AHEAD + this.#file.view.getInt32(place, true);
		refer(this.#file, this.#references, place, KIND.fromCode, address, at + AHEAD - place);
	}
};
// backend/contract/delta/native/x86.ts
/** Bytes after which others have their turn. */
const AT_ONCE$2 = 262144;
/** Bytes of a distance, from behind which it counts. */
const DISTANCE_BYTES = 4;
/** A function learns where it is, and soon after adds how far the global offsets are from there. */
const SOON = 24;
const LEA = 141;
/** What a byte may be, behind which 32 bits stand: all others need no closer look. */
const BEFORE = {
	nothing: 0,
	branch: 1,
	condition: 2,
	pointer: 3,
	register: 4
};
const LAST_BYTE = {
	wide: bytesBefore(true),
	narrow: bytesBefore(false)
};
function bytesBefore(isWide) {
	return Uint8Array.from({ length: 256 }, (_, byte) => {
		if (byte === 232 || byte === 233) return BEFORE.branch;
		if (isWide ? (byte & 199) === 5 : byte === 5 || byte >= 192 && byte <= 199) return BEFORE.pointer;
		if ((byte & 240) === 128) return BEFORE.condition;
		return !isWide && isFar(byte) ? BEFORE.register : BEFORE.nothing;
	});
}
/** Yields where it can pause. */
function* walkX86(file, section, references) {
	const { bytes, view } = file;
	const isWide = file.machine === "x86_64";
	const kinds = isWide ? LAST_BYTE.wide : LAST_BYTE.narrow;
	const end = section.offset + section.size - DISTANCE_BYTES;
	for (let from = section.offset + 1; from <= end; from += AT_ONCE$2) {
		for (let at = from; at <= Math.min(end, from + AT_ONCE$2 - 1); at++) {
			const before = kinds[bytes[at - 1]];
			if (before === BEFORE.nothing && (isWide || !isFarIndexed(bytes[at - 2]))) continue;
			const isBranch = before === BEFORE.branch || before === BEFORE.condition && bytes[at - 2] === 15;
			const isOperand = isWide && before === BEFORE.pointer;
			if (isBranch || isOperand && hasOperand(bytes[at - 2], bytes[at - 3])) {
				const address = section.address + at - section.offset + DISTANCE_BYTES + view.getInt32(at, true);
				if (refer(file, references, at, KIND.fromCode, address, DISTANCE_BYTES) !== null) at += 3;
			} else if (!isWide && byGlobals(file, section, at, references)) at += 3;
		}
		yield;
	}
}
/** Opcodes that mostly have such an operand: `lea`, `mov`, `cmp`, `add` and their like, `call` by a table, and vectors. */
function hasOperand(opcode, before) {
	if (before === 15) return true;
	if (opcode < 64) return (opcode & 7) < 4;
	return opcode >= 128 && opcode <= 141 || opcode === 255 || opcode === 198 || opcode === 199 || opcode === 99;
}
/** Code of 32 bits that can lie anywhere finds its data by the table of global offsets. */
function byGlobals(file, section, at, references) {
	const globals = file.globals;
	if (!globals) return false;
	const { bytes, view } = file;
	const value = view.getInt32(at, true);
	const before = bytes[at - 1];
	if (bytes[at - 2] === 129 && before >= 192 && before <= 199 || before === 5) {
		const back = section.address + at - section.offset + value - globals.address;
		if (back < 2 || back > SOON) return false;
		references.add(at, KIND.fromCode, globals.offset, -back);
		return true;
	}
	if (value > -64 || !isFarOperand(before, bytes[at - 2])) return false;
	const target = file.offsetOf(globals.address + value);
	if (target === null) return false;
	const kind = file.sectionAt(target)?.kind ?? "data";
	if (kind === "code" || kind === "stubs" ? bytes[at - 2] !== LEA : kind !== "data") return false;
	references.add(at, KIND.fromGlobals, target);
	return true;
}
/** Whether 32 bits that are added to a register may stand behind these bytes. */
const isFarOperand = (before, secondBefore) => isFar(before) || isFarIndexed(secondBefore);
/** Added to `ebp` it is a place on the stack. */
function isFar(operand) {
	return operand >>> 6 === 2 && (operand & 7) !== 4 && (operand & 7) !== 5;
}
/** Another byte says to which registers. */
function isFarIndexed(operand) {
	return (operand & 199) === 132;
}
// backend/contract/delta/native/walk.ts
/** Finds all references of a native library, section by section. */
const WALKS = {
	arm64: walkArm64,
	arm: walkThumb,
	x86_64: walkX86,
	x86: walkX86
};
/** In the order in which they stand. Lets others work in between. @throws RangeError for a file that contradicts itself */
async function referencesOf(file) {
	const found = new References(await slotsOf(file), file.wide);
	const walkCode = WALKS[file.machine];
	for (const section of file.sections) {
		const walk = section.kind === "code" || section.kind === "stubs" ? walkCode : walkTable;
		for (const _pause of walk(file, section, found)) await setImmediate();
	}
	for (const _pause of walkPageHashes(file, found)) await setImmediate();
	return found.inOrder();
}
/** Pages after which others have their turn. */
const AT_ONCE$1 = 64;
/** Those that are right: others are no reference. */
function* walkPageHashes(file, found) {
	const all = file.linkerTables?.pageHashes ?? [];
	for (const { offset, count } of all) for (let page = 0, at = offset; page < count; page++, at += 32) {
		if (page % AT_ONCE$1 === 0) yield;
		if (pageHash(file.bytes, all, at)?.equals(file.bytes.subarray(at, at + 32))) found.add(at, KIND.pageHash, BEHIND);
	}
}
// backend/contract/delta/native/form.ts
/**
* A native library in a form in which two builds can be compared: without the distances and addresses that change when
* something is put in before. Those of instructions are left out; in a table stands what is like what it refers to.
*/
/** References after which others have their turn. */
const AT_ONCE = 65536;
/** Bytes by which a place is known. */
const KNOWN_BY = 16;
const ALL = 4294967295;
/** By which the second form of a place that holds nothing is told from that of a reference. */
const EMPTY = 1540483477;
/** What tables are in the order of. */
const SORTED = [
	KIND.sortedAddress,
	KIND.sortedFromHere,
	KIND.sortedFromSection
];
/** Null for what is no native library of a known machine, or contradicts itself. */
async function nativeForm(content) {
	try {
		const file = NativeFile.open(content);
		return file && await withoutPlaces(file, await referencesOf(file));
	} catch (error) {
		if (error instanceof RangeError || error instanceof Malformed) return null;
		throw error;
	}
}
async function withoutPlaces(file, references) {
	const form = new Form(file, references);
	await form.maskInstructions();
	await form.nameSlots();
	await form.nameTables();
	form.nameStubs();
	return form;
}
var Form = class {
	bytes;
	confirming;
	isInside;
	references;
	#file;
	#first;
	#second;
	constructor(file, references) {
		this.#file = file;
		this.references = references;
		this.bytes = new Uint8Array(file.bytes);
		this.confirming = new Uint8Array(file.bytes);
		this.isInside = new Uint8Array(file.bytes.length);
		this.#first = new DataView(this.bytes.buffer);
		this.#second = new DataView(this.confirming.buffer);
	}
	async maskInstructions() {
		const { at, count } = this.references;
		for (let number = 0; number < count; number++) {
			if (number % AT_ONCE === 0) await setImmediate();
			const kind = this.references.kindOf(number);
			const place = at[number];
			this.isInside.fill(1, place + 1, place + this.references.widthOf(number));
			if (isInCode(kind)) this.#mask(place, kind);
		}
	}
	/** What the linker fills in is known by what it puts there. */
	async nameSlots() {
		const { at, target, symbol } = this.references.slots;
		const names = target.map((place, slot) => place < 0 ? symbol[slot] : this.#nameOf(place));
		for (const [slot, place] of at.entries()) {
			if (slot % AT_ONCE === 0) await setImmediate();
			const name = names[slot];
			if (this.#isReference(place)) this.#write(place, ALL, name);
			else if (this.#isEmpty(place)) this.#write(place, ALL, name, ~name ^ EMPTY);
		}
	}
	#isReference(place) {
		const { at, count } = this.references;
		const next = firstFrom(at, place, count);
		return next < count && at[next] === place && this.references.kindOf(next) >= KIND.slot;
	}
	/** Whether there is nothing, nor a part of a reference: anything else would be lost. */
	#isEmpty(place) {
		const { at, count, wide } = this.references;
		const next = firstFrom(at, place, count);
		if (this.isInside[place] === 1 || next < count && at[next] < place + wide) return false;
		const { view } = this.#file;
		return view.getUint32(place, true) === 0 && view.getUint32(place + wide - 4, true) === 0;
	}
	async nameTables() {
		const { at, target, count } = this.references;
		const before = [
			/* @__PURE__ */ new Float64Array(2),
			/* @__PURE__ */ new Float64Array(2),
			/* @__PURE__ */ new Float64Array(2)
		];
		for (let number = 0; number < count; number++) {
			if (number % AT_ONCE === 0) await setImmediate();
			const kind = this.references.kindOf(number);
			if (isInCode(kind) || kind >= KIND.slot) continue;
			const place = at[number];
			const last = before[SORTED.indexOf(kind)];
			if (kind === KIND.pageHash) {
				for (let word = 0; word < 32; word += 4) this.#write(place + word, ALL, 1 + word);
				continue;
			}
			let name = 0;
			if (kind === KIND.address || kind === KIND.fromNames) name = this.#nameOf(target[number]);
			else if (kind === KIND.sortedAddress && this.references.wide === 4) name = this.#wordAt(target[number]);
			else if (last) {
				const column = kind === KIND.sortedAddress ? 0 : place >>> 2 & 1;
				name = target[number] - last[column];
				last[column] = target[number];
			}
			this.#write(place, operandBits(kind), name);
		}
	}
	/** Functions of other libraries are called by stubs that are all alike, but for the place where the address stands. */
	nameStubs() {
		const { at, target, count } = this.references;
		for (const { offset, size, kind } of this.#file.sections) {
			if (kind !== "stubs") continue;
			for (let number = firstFrom(at, offset, count); number < count && at[number] < offset + size; number++) {
				const bits = operandBits(this.references.kindOf(number));
				this.#write(at[number], bits, this.#wordAt(target[number]));
			}
		}
	}
	/** Puts the name into these bits, and into the second form another: what is no reference is the same in both. */
	#write(place, bits, name, second = ~name) {
		const word = this.#first.getUint32(place, true) & ~bits;
		this.#first.setUint32(place, word | name & bits, true);
		this.#second.setUint32(place, word | second & bits, true);
	}
	/** An instruction stays what it is, without what it refers to. */
	#mask(place, kind) {
		if (kind === KIND.armStub) for (const part of STUB) this.#write(place + part.place, part.bits, 0);
		else this.#write(place, operandBits(kind), 0);
	}
	/** 0 for what is not in the file. */
	#wordAt(place) {
		return place + 4 > this.bytes.length ? 0 : this.#first.getUint32(place, true);
	}
	/** What stands there, in 32 bits; 0 for what is not in the file. */
	#nameOf(place) {
		if (place + KNOWN_BY > this.bytes.length) return 0;
		let name = 0;
		for (let at = place; at < place + KNOWN_BY; at += 4) name = addWord(name, this.#first.getUint32(at, true));
		return spread(name);
	}
};
// backend/contract/delta/comparable.ts
/** Contents in a form in which two builds can be compared: code, in which one thing more moves all others. */
/** Null for what is no code, or none that can be walked through. */
async function comparableForm(content) {
	return await dexForm(content) ?? await nativeForm(content);
}
// backend/contract/delta/costs.ts
/** Bytes of content a second that one side deflates, by zlib's level, of code. */
const DEFLATING = [
	88e6,
	8e7,
	6e7,
	57e6,
	42e6,
	28e6,
	24e6,
	13e6,
	9e6
];
/** How much longer it takes as Info-ZIP does it, which another library is made to do. */
const INFO_ZIP = 2;
/** Contents that both sides inflate. */
const INFLATING = 125e6;
/** Contents that are compared block by block, and put together again. */
const COMPARING = 12e7;
/** Code whose references are looked up, once by the client and in the earlier and the later file by the server. */
const NAMING = 65e6;
/** Native code, of which also what is copied is looked at once more. */
const NAMING_NATIVE = 4e7;
/** Bytes that go as they are through the difference's frame. */
const FRAMING = 6e7;
/** The file, which is compared entry by entry, and then put together from the earlier one. */
const READING = 15e7;
/** Seconds for the questions of any difference. */
const QUESTIONS = .01;
/** Seconds of work from which on it is worth a question to learn more first. */
const LONG = .03;
/** How most builds whose code changes often are deflated, and the quickest. Others are told from it by looking. */
const QUICKEST = {
	maker: "zlib",
	level: 1
};
/** Whether the earlier content's signatures are worth fetching, if it saved all of the data. */
function mayPay(entry, basis, rate) {
	if (rate === null) return true;
	return (entry.dataLength - basis.length) / rate > workOn(entry) + naming(basis);
}
/** Seconds that it takes more to compare a content in this form than as it is. */
function naming({ form, isNative, contentLength }) {
	if (form === "asItIs") return 0;
	return contentLength / (isNative ? NAMING_NATIVE : NAMING);
}
/** Seconds, if all of the entry's content is compared, and deflated again where it was. */
function workOn({ method, contentLength, dataLength }) {
	if (method !== 8) return dataLength / COMPARING;
	return contentLength / COMPARING + contentLength / INFLATING + deflating(contentLength, QUICKEST);
}
/** Seconds, on both sides one after the other. */
function deflating(contentLength, { maker, level }) {
	const seconds = 2 * contentLength / DEFLATING[level - 1];
	return maker === "zlib" ? seconds : INFO_ZIP * seconds;
}
/** Whether the work on these entries is so long that what is not known yet decides whether it pays. */
function takesLong(changed) {
	return changed.reduce((sum, { entry, basis }) => sum + (basis === null ? 0 : workOn(entry)), 0) > LONG;
}
/** @param saved bytes that need not be sent when the content is deflated again */
function deflatingPays(saved, contentLength, way, rate) {
	return rate === null || saved / rate > deflating(contentLength, way);
}
/** @param saved bytes that need not be sent when the content is compared with all of the earlier one */
function comparingPays(saved, contentLength, rate) {
	return rate === null || saved / rate > contentLength / COMPARING;
}
/**
* @param size bytes of the file
* @param asItIs bytes that the difference holds as they are
*/
function differencePays(size, asItIs, rate) {
	return rate === null || (size - asItIs) / rate > QUESTIONS + size / READING + asItIs / FRAMING;
}
// backend/contract/delta/deflate-again.ts
/**
* Deflates as the zip's maker did, byte for byte. Builds are made with zlib as it was published, and some with Info-ZIP's `zip`;
* Node's own zlib (Chromium's) and pako 3 compress differently. Zlib in WebAssembly gives all bytes of real builds, and so does
* pako 2, a faithful port in JavaScript: that one is half as quick, and can be made to do as `zip` does.
*/
/** What builds are made with, the likeliest first: what javac's and Gradle's tools use, then the rest. */
const WAYS = [...[
	6,
	9,
	1,
	5,
	7,
	8,
	4,
	3,
	2
].map((level) => ({
	maker: "zlib",
	level
})), ...[
	6,
	9,
	1
].map((level) => ({
	maker: "infoZip",
	level
}))];
/**
* Finds the way in which the content was deflated to exactly these bytes; null when none that is known gives them.
*
* @param pays is asked once the first bytes are right, for the rest takes long; null is the answer where it says no
*/
async function findDeflateWay(content, deflated, likeliest, pays = () => true) {
	const others = WAYS.filter((way) => way.level !== likeliest?.level || way.maker !== likeliest.maker);
	for (const way of likeliest ? [likeliest, ...others] : others) {
		const found = await compare(content, deflated, way, pays);
		if (found !== "differs") return found === "same" ? way : null;
	}
	return null;
}
/** Stops soon after the first byte that differs, which for a wrong level comes soon. */
async function compare(content, deflated, way, pays) {
	let at = 0;
	let differs = false;
	let costsMore = false;
	const stream = await openStream(way, (piece) => {
		differs ||= Buffer.compare(piece, deflated.subarray(at, at + piece.length)) !== 0;
		if (at === 0 && !differs) costsMore = !pays(way);
		at += piece.length;
	});
	try {
		for (let done = 0; done < content.length && !differs && !costsMore; done += STEP$2) {
			stream.push(content.subarray(done, done + STEP$2));
			await setImmediate();
		}
		if (!differs && !costsMore) stream.finish();
	} finally {
		stream.close();
	}
	if (differs || at !== deflated.length && !costsMore) return "differs";
	return costsMore ? "costs more" : "same";
}
/** @param onData is lent what comes out */
async function openStream(way, onData) {
	if (way.maker === "zlib") return new ZlibDeflate(await loadZlib(), way.level, onData);
	const { InfoZipDeflate } = await import("./info-zip-deflate.js");
	return new InfoZipDeflate(way.level, onData);
}
// backend/contract/delta/inflate-content.ts
/** Inflates a content of known length in one step: in zlib's own steps of 16 KiB it takes some three times as long. */
const inflate = promisify(inflateRaw);
/** The least that zlib takes as the length of a step. */
const LEAST_STEP = 64;
/**
* @param length bytes that the content should have; it may come out shorter
* @throws the errors of `node:zlib`: `ERR_BUFFER_TOO_LARGE` when it is longer, `Z_…` when the data is no deflate
*/
function inflateContent(data, length) {
	return inflate(data, {
		maxOutputLength: Math.max(1, length),
		chunkSize: Math.max(LEAST_STEP, length + 1)
	});
}
// backend/contract/delta/contents.ts
/** After so many entries that no known way deflates again, the file's maker is taken to be another one. */
const MOST_MISSES = 6;
/** Bytes of contents that are kept from one look to the next; others are inflated again. */
const MOST_KEPT = 201326592;
/** Arrays as long as the content of which its comparable form consists. */
const FORMS = 3;
var Contents = class {
	#source;
	#rate;
	#kept = /* @__PURE__ */ new Map();
	#keptBytes = 0;
	#likeliest = null;
	#misses = 0;
	/** @param rate bytes a second that the line takes; null: only bytes count */
	constructor(source, rate) {
		this.#source = source;
		this.#rate = rate;
	}
	/** @param hasBasis whether there is an earlier content that it may be a change of */
	async read(entry, hasBasis) {
		const kept = this.#kept.get(entry);
		if (kept) return kept;
		const data = await this.#source.read(entry.dataOffset, entry.dataLength);
		return {
			data,
			inflated: await this.#inflate(entry, data, hasBasis)
		};
	}
	/** The comparable form of a content; null for what is no code, or stays deflated. */
	async comparable(content, { method }) {
		if (content.comparable === void 0) {
			const bytes = content.inflated ?? (method === 8 ? null : content.data);
			content.comparable = bytes && bytes.length <= DELTA_LIMITS.code ? await comparableForm(bytes) : null;
		}
		return content.comparable;
	}
	/** Keeps it for who reads it next. @returns whether there was room */
	keep(entry, content) {
		const bytes = content.data.length + (content.inflated?.length ?? 0) + FORMS * (content.comparable?.bytes.length ?? 0);
		if (this.#keptBytes + bytes > MOST_KEPT) return false;
		this.#keptBytes += bytes;
		this.#kept.set(entry, content);
		return true;
	}
	/**
	* Finds the way in which an inflated content was deflated, if deflating it again pays.
	*
	* @param saved bytes that need not be sent then
	*/
	async findWay(content, saved) {
		const { data, inflated } = content;
		if (!inflated) return null;
		const pays = (way) => deflatingPays(saved, inflated.length, way, this.#rate());
		if (content.way !== void 0) return content.way && pays(content.way) ? content.way : null;
		let costsMore = !pays(QUICKEST);
		const way = costsMore ? null : await findDeflateWay(inflated, data, this.#likeliest, (found) => {
			costsMore = !pays(found);
			return !costsMore;
		});
		if (way) this.#likeliest = way;
		else if (!costsMore) this.#misses += 1;
		content.way = way;
		return way;
	}
	async #inflate(entry, data, hasBasis) {
		const mayHelp = entry.contentLength > 0 && entry.contentLength <= DELTA_LIMITS.content;
		if (entry.method !== 8 || !mayHelp || this.#misses === MOST_MISSES) return null;
		if (!hasBasis && this.#rate() !== null) return null;
		return inflateOrNull(data, entry.contentLength);
	}
};
/** Null for data that does not inflate to what the directory declares. */
async function inflateOrNull(data, length) {
	try {
		const content = await inflateContent(data, length);
		return content.length === length ? content : null;
	} catch (error) {
		if (/^(Z_|ERR_BUFFER_TOO_LARGE)/.test(error.code ?? "")) return null;
		throw error;
	}
}
// backend/contract/delta/format.ts
const STEP = {
	run: 0,
	moved: 1,
	content: 2
};
/** What a content is a change of, and in which form the two are alike. */
const BASIS = {
	none: 0,
	asItIs: 1,
	comparable: 2
};
const KEPT = {
	ascending: 0,
	asBefore: 1,
	listed: 2
};
/** Who deflated, in tens of a way's number. */
const MAKERS = {
	zlib: 8,
	infoZip: 10
};
/** Maker and level in one number; 0 is `STORED`. */
const wayNumber = ({ maker, level }) => MAKERS[maker] * 10 + level;
// backend/contract/delta/copied.ts
function copiedOf(copies) {
	let at = 0;
	return {
		to: Float64Array.from(copies, ({ literal, length }) => {
			at += literal + length;
			return at - length;
		}),
		from: Float64Array.from(copies, ({ from }) => from),
		length: Float64Array.from(copies, ({ length }) => length)
	};
}
function copiesOf({ to, from, length }) {
	let done = 0;
	return Array.from(to, (start, copy) => {
		const literal = start - done;
		done = start + length[copy];
		return {
			literal,
			from: from[copy],
			length: length[copy]
		};
	});
}
// backend/contract/delta/whole-references.ts
/**
* The copies without the parts of references at their ends.
*
* @param isInside 1 for each byte of a reference but its first
*/
function wholeReferences(copies, isInside) {
	const whole = [];
	let [at, done] = [0, 0];
	for (const { literal, from, length } of copies) {
		const to = at + literal;
		at = to + length;
		let [start, end] = [to, at];
		while (start < end && isInside[start] === 1) start++;
		while (end > start && isInside[end] === 1) end--;
		if (start === end) continue;
		whole.push({
			literal: start - done,
			from: from + start - to,
			length: end - start
		});
		done = end;
	}
	return whole;
}
// backend/contract/delta/native/mapping.ts
/** Above all numbers of copies. */
const NUMBERS = 2 ** Math.ceil(Math.log2(DELTA_LIMITS.copies + 1));
var Mapping = class {
	/** In the order of the later content: where what has moved alike begins, and how far it has come. */
	#later;
	#come;
	/** In the order of the earlier content: where what moves alike begins, and how far it goes. */
	#earlier;
	#goes;
	constructor(copied) {
		const pieces = movedAlike(copied);
		this.#later = pieces.to;
		this.#come = pieces.to.map((to, piece) => to - pieces.from[piece]);
		const apart = withoutOverlaps(pieces);
		this.#earlier = apart.from;
		this.#goes = apart.goes;
	}
	/** What was not copied is taken to have moved as what was before it. */
	forward(place) {
		if (place >= BEHIND) return place;
		return place + (this.#goes[firstFrom(this.#earlier, place + 1) - 1] ?? 0);
	}
	/** A place that `forward` leads here; null where it may be that there is none. */
	backward(place) {
		if (place >= BEHIND) return place;
		const earlier = place - (this.#come[firstFrom(this.#later, place + 1) - 1] ?? 0);
		return this.forward(earlier) === place ? earlier : null;
	}
};
/** Copies one after the other that moved equally far, in the order of the later content: as one, with what is between. */
function movedAlike({ to, from, length }) {
	const alike = {
		to: new Float64Array(to.length),
		from: new Float64Array(to.length),
		length: new Float64Array(to.length)
	};
	let count = 0;
	for (let copy = 0; copy < to.length; copy++) {
		const [start, source, bytes] = [
			to[copy],
			from[copy],
			length[copy]
		];
		const last = count - 1;
		if (last >= 0 && alike.from[last] - alike.to[last] === source - start) {
			alike.length[last] = start + bytes - alike.to[last];
			continue;
		}
		alike.to[count] = start;
		alike.from[count] = source;
		alike.length[count++] = bytes;
	}
	return {
		to: alike.to.subarray(0, count),
		from: alike.from.subarray(0, count),
		length: alike.length.subarray(0, count)
	};
}
/** Where in the earlier content the pieces begin, in their order, and how far each goes. What is in two is the longer's. */
function withoutOverlaps({ to, from, length }) {
	const order = from.map((source, piece) => source * NUMBERS + piece).sort();
	const starts = new Float64Array(order.length);
	const owners = new Int32Array(order.length);
	let count = 0;
	let end = Number.NEGATIVE_INFINITY;
	for (const key of order) {
		const piece = key % NUMBERS;
		let start = from[piece];
		const ownEnd = start + length[piece];
		if (ownEnd <= end) continue;
		if (start < end) {
			start = length[piece] > length[owners[count - 1]] ? Math.max(start, starts[count - 1]) : end;
			if (start === starts[count - 1]) count -= 1;
		}
		starts[count] = start;
		owners[count++] = piece;
		end = ownEnd;
	}
	const goes = Float64Array.from(owners.subarray(0, count), (piece) => to[piece] - from[piece]);
	return {
		from: starts.subarray(0, count),
		goes
	};
}
// backend/contract/delta/native/target-hashes.ts
/**
* For each block of a library a hash of what its references are to. Blocks are found without regard to that; by this hash
* a client knows that it has guessed right where they led in the earlier file, which it does not have.
*/
/** The hash of a block with one reference more, before it is spread. */
function withTarget(hash, place, kind, target, base) {
	return addWord(addWord(addWord(hash, place << 16 | kind << 8 | target / 2 ** 32 & 255), target | 0), base);
}
// backend/contract/delta/native/confirmed-copies.ts
/** Copies of a library's blocks of which the client knows that the server points their references right. */
/** To what a reference was, where that is not known. */
const UNKNOWN = NaN;
/** Two or three are enough for a rebuilt library. */
const MOST_TRIES = 20;
/**
* The copies without those references that would be pointed elsewhere; none where these are too many.
*
* @param copies of whole blocks
* @param isInside 1 for each byte of a reference but its first
* @param hashes of the earlier content's blocks, as `targetHashes` makes them
* @param size bytes of a block
*/
function confirmedCopies(copies, references, isInside, hashes, size) {
	const confirmation = new Confirmation(references);
	confirmation.guess(copiedOf(copies), hashes, size);
	let copied = copiedOf(wholeReferences(copies, isInside));
	for (let tries = 0; tries < MOST_TRIES; tries++) {
		copied = confirmation.withoutUnknown(copied);
		if (copied.to.length > DELTA_LIMITS.copies) return [];
		if (confirmation.check(new Mapping(copied)) === 0) return copiesOf(copied);
	}
	return [];
}
var Confirmation = class {
	#references;
	/** By the numbers of the later references: to what each was in the earlier content. */
	#earlier;
	constructor(references) {
		this.#references = references;
		this.#earlier = new Float64Array(references.count).fill(UNKNOWN);
	}
	/** Takes the references of copied blocks to be to what was copied, and believes it where the hash says so. */
	guess(copied, hashes, size) {
		const mapping = new Mapping(copied);
		for (const [copy, start] of copied.from.entries()) {
			const distance = copied.to[copy] - start;
			const end = start + copied.length[copy];
			for (let block = start; block < end; block += size) {
				const wanted = hashes.readInt32LE(block / size * 4);
				this.#guessBlock(mapping, block + distance, size, wanted);
			}
		}
	}
	#guessBlock(mapping, to, size, wanted) {
		const { at, kind, target, base, count } = this.#references;
		const first = firstFrom(at, to, count);
		let hash = 0;
		let number = first;
		for (; number < count && at[number] < to + size; number++) {
			const earlier = mapping.backward(target[number]);
			if (earlier === null) break;
			this.#earlier[number] = earlier;
			hash = withTarget(hash, at[number] - to, kind[number], earlier, base[number]);
		}
		if (!(number === count || at[number] >= to + size) || spread(hash) !== wanted) this.#earlier.fill(UNKNOWN, first, number);
	}
	/** The copies around the references of which it is not known to what they were. */
	withoutUnknown({ to, from, length }) {
		const { at, count } = this.#references;
		const [newTo, newFrom, newLength] = [
			[],
			[],
			[]
		];
		for (const [copy, start] of to.entries()) {
			const distance = from[copy] - start;
			const end = start + length[copy];
			let done = start;
			const put = (until) => {
				if (until <= done) return;
				newTo.push(done);
				newFrom.push(done + distance);
				newLength.push(until - done);
			};
			for (let number = firstFrom(at, start, count); number < count && at[number] < end; number++) {
				if (!Number.isNaN(this.#earlier[number])) continue;
				put(at[number]);
				done = at[number] + this.#references.widthOf(number);
			}
			put(end);
		}
		return {
			to: Float64Array.from(newTo),
			from: Float64Array.from(newFrom),
			length: Float64Array.from(newLength)
		};
	}
	/** Leaves out what would be pointed elsewhere. @returns how many these are */
	check(mapping) {
		const { target, count } = this.#references;
		let wrong = 0;
		for (let number = 0; number < count; number++) {
			const earlier = this.#earlier[number];
			if (Number.isNaN(earlier) || mapping.forward(earlier) === target[number]) continue;
			this.#earlier[number] = UNKNOWN;
			wrong += 1;
		}
		return wrong;
	}
};
// backend/contract/delta/difference-writer.ts
/** The steps of a difference, as `format.ts` has them. */
var DifferenceWriter = class {
	#source;
	#index;
	#signatures;
	#contents;
	#writer = new ByteWriter();
	#nextFrom = 0;
	#deflateLeft = DELTA_LIMITS.deflated;
	constructor(source, index, signatures, contents) {
		this.#source = source;
		this.#index = index;
		this.#signatures = signatures;
		this.#contents = contents;
	}
	/** The difference before it is compressed; null when it is longer than it may be. */
	async write(layout, planned) {
		this.#writer.number(1).number(planned.length);
		for (let at = 0; at < planned.length;) {
			const step = planned[at];
			if (step.kind === "changed") await this.#writeContent(step);
			else if (step.sameHead) {
				const count = runLength(planned, at);
				this.#writer.number(STEP.run);
				this.#writeFrom(step.from);
				this.#writer.number(count);
				this.#nextFrom = step.from + count;
				at += count;
				continue;
			} else {
				this.#writer.number(STEP.moved);
				this.#writeFrom(step.from);
				await this.#writeHead(step.entry);
			}
			at += 1;
			if (this.#deflateLeft < 0 || this.#writer.length > DELTA_LIMITS.difference) return null;
		}
		this.#writeOrder(layout.entries);
		const { dataEnd, directoryOffset, directoryEnd } = layout;
		await this.#writeTail(dataEnd, directoryOffset - dataEnd, this.#index.middleDigest);
		await this.#writeTail(directoryEnd, this.#source.size - directoryEnd, this.#index.endDigest);
		return this.#writer.take();
	}
	#writeFrom(number) {
		this.#writer.signed(number - this.#nextFrom);
		this.#nextFrom = number + 1;
	}
	async #writeHead(entry) {
		const gap = await this.#source.read(entry.gapOffset, entry.dataOffset - entry.gapOffset);
		const record = shiftRecord(entry.record, -entry.gapOffset);
		this.#writer.number(gap.length).number(record.length).bytes(gap).bytes(record);
	}
	async #writeContent({ entry, basis }) {
		this.#writer.number(STEP.content);
		await this.#writeHead(entry);
		const content = await this.#contents.read(entry, basis !== null);
		const { data, inflated } = content;
		const copies = await this.#copiesOf(entry, content, basis);
		const way = await this.#contents.findWay(content, savedBy(copies, content));
		if (inflated && way) {
			this.#deflateLeft -= inflated.length;
			this.#writer.number(wayNumber(way)).number(data.length).number(inflated.length);
			this.#writeChanges(inflated, basis, copies);
		} else {
			this.#writer.number(0).number(data.length).number(data.length);
			if (entry.method === 8) this.#writeChanges(data, null, []);
			else this.#writeChanges(data, basis, copies);
		}
	}
	async #copiesOf(entry, content, basis) {
		const signatures = basis && this.#signatures.get(basis);
		if (!basis || !signatures) return [];
		if (basis.form === "asItIs") return first(findCopies(content.inflated ?? content.data, basis.block, signatures));
		const form = await this.#contents.comparable(content, entry);
		if (!form || basis.isNative !== (form.references !== void 0)) return [];
		const ofBlocks = signatures.subarray(0, basis.ofBlocks);
		const copies = first(findCopies(form.bytes, basis.block, ofBlocks, form.confirming));
		if (!form.references) return wholeReferences(copies, form.isInside);
		return confirmedCopies(copies, form.references, form.isInside, signatures.subarray(basis.ofBlocks), basis.block);
	}
	#writeChanges(content, basis, copies) {
		if (basis === null || copies.length === 0) this.#writer.number(BASIS.none);
		else {
			this.#writer.number(BASIS[basis.form]);
			this.#writeFrom(basis.number);
		}
		this.#writer.number(copies.length);
		let from = 0;
		for (const copy of copies) {
			this.#writer.number(copy.literal).signed(copy.from - from).number(copy.length);
			from = copy.from + copy.length;
		}
		let at = 0;
		for (const copy of copies) {
			this.#writer.bytes(content.subarray(at, at + copy.literal));
			at += copy.literal + copy.length;
		}
		this.#writer.bytes(content.subarray(at));
	}
	#writeOrder(entries) {
		const before = this.#index.entries;
		if (entries.every((entry, number) => entry.position === number)) this.#writer.number(KEPT.ascending);
		else if (before.length === entries.length && entries.every((entry, number) => entry.position === before[number]?.position)) this.#writer.number(KEPT.asBefore);
		else {
			this.#writer.number(KEPT.listed);
			for (const [number, { position }] of entries.entries()) this.#writer.signed(position - number);
		}
	}
	async #writeTail(offset, length, before) {
		const bytes = await this.#source.read(offset, length);
		if (shortDigest(8, bytes).equals(before)) this.#writer.number(KEPT.asBefore);
		else this.#writer.number(KEPT.listed).number(length).bytes(bytes);
	}
};
const first = (copies) => copies.slice(0, DELTA_LIMITS.copies);
/** How many entries from here on follow each other in the earlier file as well. */
function runLength(planned, start) {
	const begin = planned[start];
	let count = 1;
	for (;; count++) {
		const next = planned[start + count];
		if (next?.kind !== "same" || !next.sameHead || next.from !== begin.from + count) return count;
	}
}
/** Bytes of the data that need not be sent; where nothing is copied, what compressing the content anew may save. */
function savedBy(copies, { data, inflated }) {
	const copied = copies.reduce((sum, copy) => sum + copy.length, 0);
	return inflated ? data.length * copied / inflated.length : 0;
}
// backend/contract/delta/examine.ts
/** Of signatures that are not longer than so many samples all are fetched at once. */
const SHORT = 2;
var Examination = class {
	#earlier;
	#contents;
	#rate;
	/** Null where so little is there that the entry had better go as it is. */
	#found = /* @__PURE__ */ new Map();
	/** Nothing tells how quick the line is: only bytes count, and no sample saves any. */
	#isSilent = false;
	#likely = [];
	constructor(earlier, contents, rate) {
		this.#earlier = earlier;
		this.#contents = contents;
		this.#rate = rate;
	}
	/** Takes samples of the signatures of an entry that would take long. The line's speed is known then, if it can be. */
	async look(changed) {
		const { entry, bases } = changed;
		const basis = this.basisOf(changed);
		if (!basis || bases[0].length <= SHORT * 65536 || !takesLong([{
			entry,
			basis
		}])) return;
		let best = null;
		let content = null;
		for (const each of bases) {
			if (best && !this.#mayBeBetter(each, entry.dataLength - best.saved)) break;
			const sample = await this.sample(each);
			if (!sample) return;
			if (!mayPay(entry, each, this.#rate())) continue;
			content ??= await this.#contents.read(entry, true);
			const likely = await this.#judge(entry, content, each, sample);
			if (!best || likely.net > best.net) best = likely;
		}
		if (!best || !content) return;
		if (!this.#isEnough(best, content)) this.#found.set(entry, null);
		else {
			this.#found.set(entry, best.basis);
			if (this.#contents.keep(entry, content)) this.#likely.push({
				content,
				saved: best.saved
			});
		}
	}
	/** A sample of a content's signatures, from which the line's speed is told; null where it cannot be. */
	async sample(basis) {
		if (this.#isSilent) return null;
		const sample = await this.#earlier.sample(basis);
		this.#isSilent = this.#rate() === null;
		return this.#isSilent ? null : sample;
	}
	/** What the entry is compared with; null where it had better go as it is. */
	basisOf({ entry, bases }) {
		const pays = (basis) => mayPay(entry, basis, this.#rate());
		const found = this.#found.get(entry);
		if (found !== void 0) return found && pays(found) ? found : null;
		return bases.findLast(pays) ?? null;
	}
	/** Finds the ways in which the likely ones were deflated: while their signatures come, there is nothing else to do. */
	async findWays() {
		for (const { content, saved } of this.#likely) await this.#contents.findWay(content, saved);
	}
	async #judge(entry, content, basis, sample) {
		const saved = await this.#likeness(entry, content, basis, sample) * entry.dataLength;
		const meanwhile = naming(basis) * (this.#rate() ?? 0);
		return {
			basis,
			saved,
			net: saved - (basis.length - sample.signatures.length) - meanwhile
		};
	}
	async #likeness(entry, content, basis, sample) {
		if (basis.form === "comparable") {
			const form = await this.#contents.comparable(content, entry);
			return form ? likeness(form.bytes, basis, sample, form.confirming) : 0;
		}
		const whole = content.inflated ?? (entry.method === 8 ? null : content.data);
		return whole ? likeness(whole, basis, sample) : 0;
	}
	/** @param left bytes that have to be sent where it is not compared in this form */
	#mayBeBetter(basis, left) {
		const rate = this.#rate();
		return rate === null || (left - 65536) / rate > naming(basis);
	}
	#isEnough({ basis, net }, { inflated }) {
		if (!inflated) return comparingPays(net, basis.contentLength, this.#rate());
		return deflatingPays(net, inflated.length, QUICKEST, this.#rate());
	}
};
// backend/contract/delta/signed-contents.ts
/** The contents of which the blocks were signed, and where their signatures lie. */
/** By the numbers of the entries: each content in the forms in which it was signed, none where it was not. */
function signedContents({ entries }) {
	let offset = 0;
	return entries.map(({ contentLength, isNative, ...entry }, number) => formsOf(entry).map((form) => {
		const count = blockCount(contentLength, form);
		const ofBlocks = count * 8;
		const hasTargets = form === "comparable" && isNative;
		const length = ofBlocks + (hasTargets ? count * 4 : 0);
		offset += length;
		return {
			number,
			form,
			isNative: hasTargets,
			contentLength,
			block: blockSize(contentLength, form),
			offset: offset - length,
			length,
			ofBlocks
		};
	}));
}
function formsOf({ isSigned, isComparable }) {
	return [...isSigned ? ["asItIs"] : [], ...isComparable ? ["comparable"] : []];
}
// backend/contract/delta/bases.ts
/** Finds the earlier entry that a later one may be a change of: the one of its name, else one whose name is gone. */
/** How much longer the longer one of two contents may be for one to be taken for the other under a new name. */
const MOST_LONGER = 4 / 3;
/** So many contents of about its length are looked at. */
const MOST_LOOKED_AT = 32;
var Bases = class {
	#later;
	#index;
	#signed;
	#byName = /* @__PURE__ */ new Map();
	#found = /* @__PURE__ */ new Map();
	#taken = /* @__PURE__ */ new Set();
	#gone = null;
	/** @param later all entries of the later file */
	constructor(later, index) {
		this.#later = later;
		this.#index = index;
		this.#signed = signedContents(index);
		for (const [number, { nameDigest, isSigned }] of index.entries.entries()) {
			const name = keyOf(nameDigest);
			if (isSigned && !this.#byName.has(name)) this.#byName.set(name, number);
		}
	}
	/** The contents of the earlier entry, in the forms in which they were signed; none where there is no such entry. */
	of(entry) {
		const known = this.#found.get(entry);
		if (known) return known;
		const number = this.#byName.get(nameOf(entry)) ?? this.#renamed(entry);
		const found = number === void 0 ? [] : this.#signed[number] ?? [];
		this.#found.set(entry, found);
		return found;
	}
	/**
	* Many builds have a version or a digest in a file's name. What is gone and about as long is likely the one before; each is
	* taken once. Where that is wrong, a few signatures were fetched for nothing.
	*/
	#renamed(entry) {
		this.#gone ??= this.#findGone();
		const { numbers, lengths } = this.#gone;
		const length = entry.method === 8 ? entry.contentLength : entry.dataLength;
		const start = firstFrom(lengths, length);
		let best;
		let bestDistance = Number.POSITIVE_INFINITY;
		const from = Math.max(0, start - MOST_LOOKED_AT / 2);
		for (let at = from; at < Math.min(numbers.length, start + MOST_LOOKED_AT / 2); at++) {
			const [number, other] = [numbers[at], lengths[at]];
			if (this.#taken.has(number)) continue;
			const distance = Math.abs(other - length);
			if (!(Math.max(other, length) <= MOST_LONGER * Math.min(other, length)) || distance >= bestDistance) continue;
			best = number;
			bestDistance = distance;
		}
		if (best !== void 0) this.#taken.add(best);
		return best;
	}
	#findGone() {
		const names = new Set(this.#later.map(nameOf));
		const gone = [...this.#index.entries.entries()].filter(([, { isSigned, nameDigest }]) => isSigned && !names.has(keyOf(nameDigest))).map(([number, { contentLength }]) => ({
			number,
			contentLength
		})).sort((a, b) => a.contentLength - b.contentLength);
		return {
			numbers: gone.map(({ number }) => number),
			lengths: gone.map(({ contentLength }) => contentLength)
		};
	}
};
const nameOf = ({ name }) => keyOf(shortDigest(4, name));
// backend/contract/delta/plan.ts
/** Compares a file with the signatures of an earlier one: what is there as it is, and what has to be looked at closer. */
/** Bytes of data from which on an entry is large: these decide, for all others together weigh little. */
const LARGE = 131072;
var Planner = class {
	#later;
	#index;
	#bases;
	/** The numbers of the earlier entries, by the digests of their data. */
	#byData;
	constructor(later, index) {
		this.#later = later;
		this.#index = index;
		this.#bases = new Bases(later.layout.entries, index);
		this.#byData = Map.groupBy(index.entries.keys(), (number) => keyOf(index.entries[number].dataDigest));
	}
	/** The large entries that are not there as they are, the largest first. */
	async *large() {
		const large = this.#later.layout.entries.filter(({ dataLength }) => dataLength >= LARGE);
		for (const entry of large.sort((a, b) => b.dataLength - a.dataLength)) if (this.#alike(entry, await this.#later.digest(entry)).length === 0) yield this.#changed(entry);
	}
	/** All entries in the order of their data. Reads what was not read yet. */
	async all() {
		const planned = [];
		let next = 0;
		for (const entry of this.#later.layout.entries) {
			const alike = this.#alike(entry, await this.#later.digest(entry));
			if (alike.length === 0) {
				planned.push(this.#changed(entry));
				continue;
			}
			const gap = await this.#later.source.read(entry.gapOffset, entry.dataOffset - entry.gapOffset);
			const head = shortDigest(4, gap, shiftRecord(entry.record, -entry.gapOffset));
			const hasHead = (number) => {
				const known = this.#index.entries[number];
				return known.headDigest.equals(head) && known.gapLength === gap.length && known.recordLength === entry.record.length;
			};
			const withHead = alike.filter(hasHead);
			const from = withHead.includes(next) ? next : withHead[0] ?? alike[0];
			planned.push({
				kind: "same",
				entry,
				from,
				sameHead: withHead.length > 0
			});
			next = from + 1;
		}
		return planned;
	}
	/** The numbers of earlier entries with this data. */
	#alike(entry, digest) {
		return (this.#byData.get(keyOf(digest)) ?? []).filter((number) => this.#index.entries[number]?.dataLength === entry.dataLength);
	}
	#changed(entry) {
		return {
			kind: "changed",
			entry,
			bases: this.#bases.of(entry)
		};
	}
};
// backend/contract/delta/write-difference.ts
/** Writes the difference between a file and the earlier one whose signatures are known. */
/**
* The difference as it is sent; null where the file had better go whole. No file makes it throw: what cannot be deflated
* again goes as it is.
*/
async function writeDifference(later, earlier, { most, rate }) {
	const { index } = earlier;
	const planner = new Planner(later, index);
	const contents = new Contents(later.source, rate);
	const examination = new Examination(earlier, contents, rate);
	const decide = (planned) => choose(planned, later.source.size, rate(), (changed) => examination.basisOf(changed));
	const large = [];
	for await (const entry of planner.large()) {
		await examination.look(entry);
		large.push(entry);
		if (!decide(large)) return null;
	}
	const planned = await planner.all();
	let choice = decide(planned);
	if (choice && rate() === null && takesLong(decidedIn(choice.steps))) {
		await examination.sample(largestOf(choice));
		choice = decide(planned);
	}
	if (!choice || choice.cost > most) return null;
	const fetching = earlier.fetch(choice.bases);
	fetching.catch(() => {});
	await examination.findWays();
	const written = await new DifferenceWriter(later.source, index, await fetching, contents).write(later.layout, choice.steps);
	const difference = written && await compress(written, rate());
	return difference && difference.length <= most - choice.cost ? difference : null;
}
/** The basis with the longest signatures. */
function largestOf({ bases }) {
	return bases.reduce((largest, basis) => basis.length > largest.length ? basis : largest);
}
/** Null where sending the whole file takes less time. */
function choose(planned, size, rate, basisOf) {
	const steps = planned.map((each) => each.kind === "changed" ? {
		kind: "changed",
		entry: each.entry,
		basis: basisOf(each)
	} : each);
	const changed = decidedIn(steps);
	if (changed.some(({ entry }) => entry.dataLength > DELTA_LIMITS.difference)) return null;
	if (!differencePays(size, changed.reduce((sum, { entry, basis }) => sum + (basis === null ? entry.dataLength : 0), 0), rate)) return null;
	const bases = [...new Set(changed.flatMap(({ basis }) => basis ?? []))].sort((a, b) => a.offset - b.offset);
	return {
		steps,
		bases,
		cost: bases.reduce((sum, { length }) => sum + length, 0)
	};
}
const decidedIn = (steps) => steps.filter((each) => each.kind === "changed");
// action/client/difference.ts
/**
* Makes the difference between a file and the earlier artifact that the server offers. Loaded only when there is one: it
* brings a deflate of its own.
*/
/** Enough for most indexes that the offer is without. */
const FIRST_READ = 65536;
/** Signatures that lie this near to each other are fetched at once: the bytes between cost less than another question. */
const NEAR = 32768;
/**
* The difference, ready to be sent; null where the whole file is cheaper, or nothing can be learned of the earlier one.
*
* @param prior bytes of the earlier artifact and of its signatures, and the index that those begin with, if it came along
*/
async function makeDifference(source, prior) {
	const { file } = source;
	const link = newLink(source);
	try {
		const later = await source.apart;
		if (!later) return null;
		const start = prior.index === void 0 ? await link.read(0, Math.min(FIRST_READ, prior.signatures)) : Buffer.from(prior.index, "base64");
		const end = 4 + indexLength(start);
		const rest = end > start.length ? await link.read(start.length, end - start.length) : Buffer.alloc(0);
		await later.stop();
		return await writeDifference(later, {
			index: await decodeIndex(Buffer.concat([start, rest]).subarray(4, end), prior.size),
			...newSignatures(link, {
				offset: end,
				bytes: start.subarray(end)
			}, prior.signatures)
		}, {
			most: file.size - link.received(),
			rate: () => source.wire.line.rate()
		});
	} catch (error) {
		if (error instanceof Malformed || error instanceof RefusedError || error instanceof BrokenError) return null;
		throw error;
	}
}
function newLink({ wire, credential, file, id }) {
	let received = 0;
	async function readOnce(offset, length) {
		const call = {
			what: `reading what the server has of an earlier ${file.name}`,
			method: "GET",
			path: `/v1/artifacts/${id}/prior`,
			headers: { range: `bytes=${offset}-${offset + length - 1}` },
			credential,
			input: file.input
		};
		const bytes = await request(wire, call, async ({ chunks }) => {
			const pieces = [];
			let left = length;
			for await (const chunk of chunks) {
				left -= chunk.length;
				if (left < 0) throw new Malformed("more came than was asked for");
				pieces.push(chunk);
			}
			return Buffer.concat(pieces);
		});
		received += bytes.length;
		return bytes;
	}
	return {
		received: () => received,
		async read(offset, length) {
			const pieces = [];
			for (let at = 0; at < length; at += MAX_PART_SIZE) pieces.push(await readOnce(offset + at, Math.min(MAX_PART_SIZE, length - at)));
			return Buffer.concat(pieces);
		}
	};
}
/** The block signatures, which lie one content's after the other's from where `start` begins. */
function newSignatures(link, start, end) {
	/** What was read with the index, and what was sampled: it is not asked for again. */
	const known = [start];
	async function read(offset, length) {
		const pieces = [];
		let at = offset;
		for (const piece of known.toSorted((a, b) => a.offset - b.offset)) {
			const from = Math.max(at, piece.offset);
			const to = Math.min(offset + length, piece.offset + piece.bytes.length);
			if (from >= to) continue;
			pieces.push(await link.read(at, from - at), piece.bytes.subarray(from - piece.offset, to - piece.offset));
			at = to;
		}
		pieces.push(await link.read(at, offset + length - at));
		const bytes = Buffer.concat(pieces);
		if (bytes.length !== length) throw new Malformed("the signatures are cut off");
		return bytes;
	}
	return {
		async sample(signed) {
			const skipped = sampleStart(signed.ofBlocks);
			const offset = start.offset + signed.offset + skipped;
			const bytes = await read(offset, Math.min(SAMPLE_BYTES, end - offset));
			known.push({
				offset,
				bytes
			});
			return {
				first: skipped / 8,
				signatures: bytes.subarray(0, signed.ofBlocks - skipped)
			};
		},
		async fetch(wanted) {
			const signatures = /* @__PURE__ */ new Map();
			for (const group of near(wanted)) {
				const [first, last] = [group[0], group.at(-1)];
				const bytes = await read(start.offset + first.offset, last.offset + last.length - first.offset);
				for (const signed of group) {
					const from = signed.offset - first.offset;
					signatures.set(signed, bytes.subarray(from, from + signed.length));
				}
			}
			return signatures;
		}
	};
}
/** Contents in their order, those together whose signatures are fetched at once. */
function near(wanted) {
	const groups = [];
	let end = Number.NEGATIVE_INFINITY;
	for (const signed of wanted) {
		if (signed.offset - end <= NEAR) groups.at(-1)?.push(signed);
		else groups.push([signed]);
		end = signed.offset + signed.length;
	}
	return groups;
}
export { makeDifference };
