import { $ as BrokenError, a as shiftRecord, b as MAX_PART_SIZE, o as DELTA_LIMITS, s as shortDigest, tt as RefusedError, u as request } from "./shared.js";
import { readFile } from "node:fs/promises";
import { setImmediate as setImmediate$1 } from "node:timers/promises";
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
		let word = bytes[at] | bytes[at + 1] << 8 | bytes[at + 2] << 16 | bytes[at + 3] << 24;
		word = Math.imul(word, 3432918353);
		word = Math.imul(word << 15 | word >>> 17, 461845907);
		hash ^= word;
		hash = Math.imul(hash << 13 | hash >>> 19, 5) + 3864292196 | 0;
	}
	hash ^= length;
	hash = Math.imul(hash ^ hash >>> 16, 2246822507);
	hash = Math.imul(hash ^ hash >>> 13, 3266489909);
	return hash ^ hash >>> 16;
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
const FLAG = {
	deflated: 1,
	signed: 2,
	comparable: 4
};
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
	const flags = column(() => reader.number(FLAG.deflated | FLAG.signed | FLAG.comparable));
	const contents = column((n) => flags[n] & FLAG.deflated ? reader.number() : data[n]);
	const records = column(() => reader.number(DELTA_LIMITS.directory));
	const positions = column((n) => n + reader.signed());
	if (new Set(positions).size !== count || positions.some((position) => position < 0 || position >= count)) throw new Malformed("the directory has no order");
	return {
		entries: column((n) => ({
			gapLength: gaps[n],
			dataLength: data[n],
			isDeflated: (flags[n] & FLAG.deflated) !== 0,
			contentLength: contents[n],
			recordLength: records[n],
			position: positions[n],
			dataDigest: reader.bytes(6),
			headDigest: reader.bytes(4),
			nameDigest: reader.bytes(4),
			isSigned: (flags[n] & FLAG.signed) !== 0,
			isComparable: (flags[n] & FLAG.comparable) !== 0
		})),
		middleLength: reader.number(DELTA_LIMITS.tail),
		middleDigest: reader.bytes(8),
		endLength: reader.number(DELTA_LIMITS.tail),
		endDigest: reader.bytes(8)
	};
}
// backend/contract/delta/signed-contents.ts
/** The contents of which the blocks were signed, and where their signatures lie. */
/** By the numbers of the entries: each content in the forms in which it was signed, none where it was not. */
function signedContents({ entries }) {
	let offset = 0;
	return entries.map(({ contentLength, ...entry }, number) => formsOf(entry).map((form) => {
		const length = blockCount(contentLength, form) * 8;
		offset += length;
		return {
			number,
			form,
			contentLength,
			block: blockSize(contentLength, form),
			offset: offset - length,
			length
		};
	}));
}
function formsOf({ isSigned, isComparable }) {
	return [...isSigned ? ["asItIs"] : [], ...isComparable ? ["comparable"] : []];
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
/** How much longer it takes at memory level 9, which another library has. */
const LARGE_MEMORY = 2;
/** Contents that both sides inflate. */
const INFLATING = 125e6;
/** Contents that are compared block by block, and put together again. */
const COMPARING = 12e7;
/** Code whose references are looked up, once by the client and in the earlier and the later file by the server. */
const NAMING = 65e6;
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
	level: 1,
	memLevel: 8
};
/** Whether the earlier content's signatures are worth fetching, if it saved all of the data. */
function mayPay(entry, basis, rate) {
	if (rate === null) return true;
	return (entry.dataLength - basis.length) / rate > workOn(entry) + naming(basis);
}
/** Seconds that it takes more to compare a content in this form than as it is. */
function naming({ form, contentLength }) {
	return form === "comparable" ? contentLength / NAMING : 0;
}
/** Seconds, if all of the entry's content is compared, and deflated again where it was. */
function workOn({ method, contentLength, dataLength }) {
	if (method !== 8) return dataLength / COMPARING;
	return contentLength / COMPARING + contentLength / INFLATING + deflating(contentLength, QUICKEST);
}
/** Seconds, on both sides one after the other. */
function deflating(contentLength, { level, memLevel }) {
	const seconds = 2 * contentLength / DEFLATING[level - 1];
	return memLevel === 8 ? seconds : LARGE_MEMORY * seconds;
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
// backend/contract/delta/zlib-file.ts
const zlibFile = () => new URL("./zlib.wasm", import.meta.url);
// backend/contract/delta/zlib-deflate.ts
/**
* Raw deflate by zlib as it was published, in WebAssembly. The module is the one that zip.js brings for its own streams: what
* it exports is described in no document, so that its version is fixed, and a test compares every level with pako.
*/
const NO_FLUSH = 0;
const FINISH = 4;
const OK = 0;
const STREAM_END = 1;
/** No room or nothing to do: no error, says zlib's manual. */
const BUF_ERROR = 251;
/** Bytes that go in, and come out, at a time: few enough that a server can do something else in between. */
const STEP$1 = 65536;
let loaded = null;
/** Once in a process: a stream takes a third of a MiB of its memory, and gives it back. */
function loadZlib() {
	loaded ??= instantiate();
	return loaded;
}
async function instantiate() {
	const { instance } = await WebAssembly.instantiate(await readFile(zlibFile()));
	const { _initialize: initialize, ...zlib } = instance.exports;
	initialize();
	return zlib;
}
/** One stream. It must be closed, whatever comes of it. */
var ZlibDeflate = class {
	#zlib;
	#stream;
	#input;
	#output;
	#onData;
	/** @param onData is lent what comes out: the memory is used again when it returns */
	constructor(zlib, level, onData) {
		this.#zlib = zlib;
		this.#onData = onData;
		this.#stream = zlib.deflate_new();
		this.#input = zlib.malloc(STEP$1);
		this.#output = zlib.malloc(STEP$1);
		if (!this.#stream || !this.#input || !this.#output || zlib.deflate_init_raw(this.#stream, level) !== OK) {
			this.close();
			throw new Error("there is no memory for another stream");
		}
	}
	/** @param content at most `STEP` bytes */
	push(content) {
		new Uint8Array(this.#zlib.memory.buffer).set(content, this.#input);
		for (let done = 0; done < content.length;) {
			this.#process(this.#input + done, content.length - done, NO_FLUSH);
			done += this.#zlib.deflate_last_consumed(this.#stream);
		}
	}
	finish() {
		while (this.#process(this.#input, 0, FINISH) !== STREAM_END);
	}
	close() {
		if (this.#stream) this.#zlib.deflate_end(this.#stream);
		this.#zlib.free(this.#input);
		this.#zlib.free(this.#output);
	}
	/** Zlib's return code. */
	#process(from, bytes, flush) {
		const { memory } = this.#zlib;
		const result = this.#zlib.deflate_process(this.#stream, from, bytes, this.#output, STEP$1, flush);
		const code = result >>> 24;
		if (code !== OK && code !== STREAM_END && code !== BUF_ERROR) throw new Error(`zlib answered ${code - 256}`);
		const produced = result & 16777215;
		if (produced > 0) this.#onData(new Uint8Array(memory.buffer, this.#output, produced));
		return code;
	}
};
// backend/contract/delta/deflate-again.ts
/**
* Deflates as the zip's maker did, byte for byte. Builds are made with zlib as it was published; Node's own zlib (Chromium's)
* and pako 3 compress differently. Zlib in WebAssembly gives all bytes of real builds, and so does pako 2, a faithful port in
* JavaScript: that one is half as quick, and has the memory level that the other one lacks.
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
	level,
	memLevel: 8
})), ...[6, 9].map((level) => ({
	level,
	memLevel: 9
}))];
/**
* Finds the way in which the content was deflated to exactly these bytes; null when none that is known gives them.
*
* @param pays is asked once the first bytes are right, for the rest takes long; null is the answer where it says no
*/
async function findDeflateWay(content, deflated, likeliest, pays = () => true) {
	const others = WAYS.filter((way) => way.level !== likeliest?.level || way.memLevel !== likeliest.memLevel);
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
		for (let done = 0; done < content.length && !differs && !costsMore; done += STEP$1) {
			stream.push(content.subarray(done, done + STEP$1));
			await turn();
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
	if (way.memLevel === 8) return new ZlibDeflate(await loadZlib(), way.level, onData);
	const { constants, Deflate } = await import("./pako.esm.js");
	const deflate = new Deflate({
		level: way.level,
		memLevel: way.memLevel,
		raw: true,
		chunkSize: STEP$1
	});
	deflate.onData = (piece) => onData(piece);
	deflate.onEnd = () => {};
	return {
		push: (content) => void deflate.push(content, constants.Z_NO_FLUSH),
		finish: () => void deflate.push(/* @__PURE__ */ new Uint8Array(0), constants.Z_FINISH),
		close() {}
	};
}
const turn = () => new Promise((resolve) => void setImmediate(resolve));
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
const FORM = {
	fixed: 0,
	leb: 1,
	lebPlusOne: 2
};
/** The versions with one dex in a file, 035 to 040. */
const MAGIC = /^dex\n0(?:3[5-9]|40)\0$/;
const HEADER_BYTES = 112;
const MAP_OFFSET = 52;
const MAP_ITEM_BYTES = 12;
/** More than there are types of sections. */
const MOST_SECTIONS = 64;
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
		if (count > MOST_SECTIONS) throw new RangeError("the map is too long");
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
		if (bytes.length < HEADER_BYTES || !MAGIC.test(Buffer.from(bytes.subarray(0, 8)).toString("latin1"))) return null;
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
		if (form === FORM.fixed) {
			if (width === 4) return this.view.getUint32(at, true);
			if (width === 2) return this.view.getUint16(at, true);
			let value = 0;
			for (let byte = width - 1; byte >= 0; byte--) value = value * 256 + this.view.getUint8(at + byte);
			return value;
		}
		if (width > 1 && this.view.getUint8(at + width - 1) === 0) return -1;
		let value = 0;
		for (let byte = width - 1; byte >= 0; byte--) value = value * 128 + (this.view.getUint8(at + byte) & 127);
		return form === FORM.lebPlusOne ? value - 1 : value;
	}
	/** Writes it in as many bytes. @returns whether it goes into them */
	write(at, width, form, value) {
		let rest = form === FORM.lebPlusOne ? value + 1 : value;
		if (form === FORM.fixed) {
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
const KIND = {
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
/** Kinds from this one on are told by their distance from the reference of the same kind before. */
const FIRST_BY_DISTANCE = KIND.code;
// backend/contract/delta/dex/first-from.ts
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
const isNamed = (kind) => kind < FIRST_BY_DISTANCE;
/** FNV-1a (Fowler, Noll, Vo) of the bytes, with its bits spread. */
function hashOf(bytes, from, to) {
	let hash = 2166136261;
	for (let at = from; at < to; at++) hash = Math.imul(hash ^ bytes[at], 16777619);
	return mix(hash, to - from);
}
/** One hash of two, in which their order counts: MurmurHash3's way of adding a word, and its finish. */
function mix(hash, word) {
	const scrambled = Math.imul(word, 3432918353);
	let mixed = hash ^ Math.imul(scrambled << 15 | scrambled >>> 17, 461845907);
	mixed = Math.imul(mixed << 13 | mixed >>> 19, 5) + 3864292196 | 0;
	mixed = Math.imul(mixed ^ mixed >>> 16, 2246822507);
	mixed = Math.imul(mixed ^ mixed >>> 13, 3266489909);
	return mixed ^ mixed >>> 16;
}
// backend/contract/delta/dex/annotations.ts
/** Visits the references by which classes, fields, methods and parameters have annotations. */
/** The sets, and the lists of sets that parameters have. @throws RangeError when they are cut off */
function walkAnnotationSets(file, visitor) {
	for (const [section, kind] of [[SECTION.annotationSets, KIND.annotation], [SECTION.annotationSetLists, KIND.annotationSet]]) {
		const { count, offset } = file.section(section);
		let at = offset;
		for (let item = 0; item < count; item++) {
			at += 4;
			const end = at + 4 * file.view.getUint32(at - 4, true);
			for (; at < end; at += 4) visitor.visit(kind, at, 4, FORM.fixed);
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
		visitor.visit(KIND.annotationSet, at, 4, FORM.fixed);
		at = walkAnnotated(file, visitor, at + 16, fields, KIND.field, KIND.annotationSet);
		at = walkAnnotated(file, visitor, at, methods, KIND.method, KIND.annotationSet);
		at = walkAnnotated(file, visitor, at, parameters, KIND.method, KIND.annotationSetList);
	}
}
function walkAnnotated({ bytes }, visitor, start, count, kind, annotations) {
	const end = start + 8 * count;
	if (end > bytes.length) throw new RangeError("annotations are cut off");
	for (let at = start; at < end; at += 8) {
		visitor.visit(kind, at, 4, FORM.fixed);
		visitor.visit(annotations, at + 4, 4, FORM.fixed);
	}
	return end;
}
// backend/contract/delta/dex/visitor.ts
/** Who is told of the references in a dex file. */
/** Visits the LEB128 that stands where the file is read next, and reads on behind it. */
function visitLeb(file, visitor, kind, form = FORM.leb) {
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
	const string = () => visitLeb(file, visitor, KIND.string, FORM.lebPlusOne);
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
				visitLeb(file, visitor, KIND.type, FORM.lebPlusOne);
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
		KIND.string
	],
	[
		28,
		28,
		KIND.type
	],
	[
		31,
		32,
		KIND.type
	],
	[
		34,
		37,
		KIND.type
	],
	[
		82,
		109,
		KIND.field
	],
	[
		110,
		114,
		KIND.method
	],
	[
		116,
		120,
		KIND.method
	],
	[
		250,
		251,
		KIND.method
	],
	[
		255,
		255,
		KIND.proto
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
const TYPE = {
	array: 28,
	annotation: 29,
	null: 30,
	boolean: 31
};
const REFERENCES = /* @__PURE__ */ new Map([
	[21, KIND.proto],
	[23, KIND.string],
	[24, KIND.type],
	[25, KIND.field],
	[26, KIND.method],
	[27, KIND.field]
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
	visitLeb(file, visitor, KIND.type);
	for (let left = file.number(); left > 0; left--) {
		visitLeb(file, visitor, KIND.string);
		walkOne(file, visitor, depth);
	}
}
function walkOne(file, visitor, depth) {
	if (depth > DEEPEST) throw new RangeError("values are nested too deep");
	const head = file.view.getUint8(file.at++);
	const type = head & 31;
	if (type === TYPE.array) walkArray(file, visitor, depth + 1);
	else if (type === TYPE.annotation) walkAnnotation(file, visitor, depth + 1);
	else if (type !== TYPE.null && type !== TYPE.boolean) {
		const width = (head >>> 5) + 1;
		const kind = REFERENCES.get(type);
		if (kind !== void 0 && width <= 4) visitor.visit(kind, file.at, width, FORM.fixed);
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
	for (const _pause of new Walk(file, names, visitor).all()) await setImmediate$1();
}
/** Items of a long section that are walked through at once. */
const AT_ONCE = 4096;
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
		yield* this.#members(SECTION.fieldIds, KIND.field, KIND.type);
		yield* this.#members(SECTION.methodIds, KIND.method, KIND.proto);
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
		this.#names.open(KIND.stringData, count, true);
		this.#file.at = offset;
		for (let item = 0; item < count; item++) {
			if (item % AT_ONCE === 0) yield;
			const start = this.#file.at;
			this.#file.number();
			const end = this.#file.bytes.indexOf(0, this.#file.at);
			if (end < 0) throw new RangeError("a string is cut off");
			this.#names.add(KIND.stringData, hashOf(this.#file.bytes, this.#file.at, end), start);
			this.#file.at = end + 1;
		}
	}
	*#strings() {
		const { count, offset } = this.#file.table(SECTION.stringIds, 4);
		this.#names.open(KIND.string, count);
		for (let item = 0; item < count; item++) {
			if (item % AT_ONCE === 0) yield;
			this.#names.add(KIND.string, this.#offset(KIND.stringData, offset + 4 * item));
		}
	}
	*#types() {
		const { count, offset } = this.#file.table(SECTION.typeIds, 4);
		this.#names.open(KIND.type, count);
		for (let item = 0; item < count; item++) {
			if (item % AT_ONCE === 0) yield;
			this.#names.add(KIND.type, this.#offset(KIND.string, offset + 4 * item));
		}
	}
	*#typeLists() {
		const { count, offset } = this.#file.section(SECTION.typeLists);
		this.#names.open(KIND.typeList, count, true);
		let at = offset;
		for (let item = 0; item < count; item++) {
			if (item % AT_ONCE === 0) yield;
			const start = aligned(at);
			at = start + 4;
			let name = 0;
			for (const end = at + 2 * this.#view.getUint32(start, true); at < end; at += 2) name = mix(name, this.#short(KIND.type, at));
			this.#names.add(KIND.typeList, name, start);
		}
	}
	*#protos() {
		const { count, offset } = this.#file.table(SECTION.protoIds, 12);
		this.#names.open(KIND.proto, count);
		for (let item = 0; item < count; item++) {
			if (item % AT_ONCE === 0) yield;
			const at = offset + 12 * item;
			const name = mix(this.#offset(KIND.string, at), this.#offset(KIND.type, at + 4));
			this.#names.add(KIND.proto, mix(name, this.#offset(KIND.typeList, at + 8)));
		}
	}
	/** Fields and methods: of which class, of what type, and called what. */
	*#members(section, kind, typeKind) {
		const { count, offset } = this.#file.table(section, 8);
		this.#names.open(kind, count);
		for (let item = 0; item < count; item++) {
			if (item % AT_ONCE === 0) yield;
			const at = offset + 8 * item;
			const name = mix(this.#short(KIND.type, at), this.#short(typeKind, at + 2));
			this.#names.add(kind, mix(name, this.#offset(KIND.string, at + 4)));
		}
	}
	#classes() {
		const { count, offset } = this.#file.table(SECTION.classDefs, 32);
		for (let at = offset; at < offset + 32 * count; at += 32) {
			this.#visit(KIND.type, at, 4);
			this.#visit(KIND.type, at + 8, 4);
			this.#visit(KIND.typeList, at + 12, 4);
			this.#visit(KIND.string, at + 16, 4);
			this.#visit(KIND.annotationDirectory, at + 20, 4);
			this.#visit(KIND.classData, at + 24, 4);
			this.#visit(KIND.encodedArray, at + 28, 4);
		}
	}
	*#code() {
		const { count, offset } = this.#file.section(SECTION.code);
		let at = offset;
		for (let item = 0; item < count; item++) {
			if (item % AT_ONCE === 0) yield;
			const start = aligned(at);
			const tries = this.#view.getUint16(start + 6, true);
			const units = this.#view.getUint32(start + 12, true);
			this.#visit(KIND.debugInfo, start + 8, 4);
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
				this.#leb(KIND.type);
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
			if (item % AT_ONCE === 0) yield;
			const fields = [file.number(), file.number()];
			const methods = [file.number(), file.number()];
			for (const size of fields) for (let each = 0; each < size; each++) {
				if (each === 0) this.#leb(KIND.field);
				else file.number();
				file.number();
			}
			for (const size of methods) for (let each = 0; each < size; each++) {
				if (each === 0) this.#leb(KIND.method);
				else file.number();
				file.number();
				this.#leb(KIND.code);
			}
		}
	}
	*#debugInfo() {
		const { count, offset } = this.#file.section(SECTION.debugInfo);
		this.#file.at = offset;
		for (let item = 0; item < count; item++) {
			if (item % AT_ONCE === 0) yield;
			walkDebugInfo(this.#file, this.#visitor);
		}
	}
	#callSites() {
		const { count, offset } = this.#file.table(SECTION.callSites, 4);
		for (let at = offset; at < offset + 4 * count; at += 4) this.#visit(KIND.encodedArray, at, 4);
	}
	#methodHandles() {
		const { count, offset } = this.#file.table(SECTION.methodHandles, 8);
		for (let at = offset; at < offset + 8 * count; at += 8) {
			const isField = this.#view.getUint16(at, true) <= LAST_FIELD_HANDLE;
			this.#visit(isField ? KIND.field : KIND.method, at + 4, 2);
		}
	}
	/** Annotations, and the first values of static fields. */
	*#values() {
		for (const [section, type] of [[SECTION.annotations, "annotation"], [SECTION.encodedArrays, "array"]]) {
			const { count, offset } = this.#file.section(section);
			this.#file.at = offset;
			for (let item = 0; item < count; item++) {
				if (item % AT_ONCE === 0) yield;
				walkValue(this.#file, type, this.#visitor);
			}
		}
	}
	#visit(kind, at, width) {
		this.#visitor.visit(kind, at, width, FORM.fixed);
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
// backend/contract/delta/dex/comparable.ts
/**
* A dex file in a form in which two builds can be compared: in place of each reference stands the name of what it refers to,
* so that code is the same wherever the things lie that it uses. As many bytes as the file, for its blocks to be signed.
*/
/** Null for what is no dex file, or none that can be walked through. */
async function comparableForm(content) {
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
	#before = /* @__PURE__ */ new Float64Array(15);
	#counts = /* @__PURE__ */ new Uint32Array(15);
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
const MOST_KEPT = 67108864;
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
		const bytes = content.inflated ?? (method === 8 ? null : content.data);
		content.comparable ??= bytes && bytes.length <= DELTA_LIMITS.code ? await comparableForm(bytes) : null;
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
// backend/contract/delta/dex/whole-references.ts
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
/** Zlib's level and memory level in one number; 0 is `STORED`. */
const wayNumber = (way) => way.memLevel * 10 + way.level;
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
		if (!form) return [];
		return wholeReferences(first(findCopies(form.bytes, basis.block, signatures, form.confirming)), form.isInside);
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
// backend/contract/delta/plan.ts
/** Bytes of data from which on an entry is large: these decide, for all others together weigh little. */
const LARGE = 131072;
var Planner = class {
	#later;
	#index;
	#signed;
	#byData;
	#byName;
	constructor(later, index) {
		this.#later = later;
		this.#index = index;
		this.#signed = signedContents(index);
		this.#byData = numbersBy(index.entries, (entry) => entry.dataDigest);
		this.#byName = numbersBy(index.entries, (entry) => entry.nameDigest);
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
	/** Compared with the signed entry of the same name. */
	#changed(entry) {
		const number = this.#byName.get(keyOf(shortDigest(4, entry.name)))?.find((each) => this.#index.entries[each]?.isSigned);
		return {
			kind: "changed",
			entry,
			bases: number === void 0 ? [] : this.#signed[number] ?? []
		};
	}
};
const keyOf = (digest) => digest.toString("latin1");
function numbersBy(entries, digest) {
	const numbers = /* @__PURE__ */ new Map();
	for (const [number, entry] of entries.entries()) {
		const key = keyOf(digest(entry));
		const known = numbers.get(key);
		if (known) known.push(number);
		else numbers.set(key, [number]);
	}
	return numbers;
}
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
		const index = await decodeIndex(Buffer.concat([start, rest]).subarray(4, end), prior.size);
		return await writeDifference(later, {
			index,
			...newSignatures(link, index, {
				offset: end,
				bytes: start.subarray(end)
			})
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
function newSignatures(link, index, start) {
	const last = signedContents(index).flat().at(-1);
	const end = start.offset + (last ? last.offset + last.length : 0);
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
			const skipped = sampleStart(signed.length);
			const offset = start.offset + signed.offset + skipped;
			const bytes = await read(offset, Math.min(SAMPLE_BYTES, end - offset));
			known.push({
				offset,
				bytes
			});
			return {
				first: skipped / 8,
				signatures: bytes.subarray(0, signed.length - skipped)
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
