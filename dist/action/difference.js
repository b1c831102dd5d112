import { $ as BrokenError, a as shiftRecord, b as MAX_PART_SIZE, o as DELTA_LIMITS, s as shortDigest, tt as RefusedError, u as request } from "./shared.js";
import { readFile } from "node:fs/promises";
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
function blockSize(contentLength) {
	if (contentLength < 512) return 0;
	if (contentLength <= 16 * MIB) return 128;
	return contentLength <= 64 * MIB ? 256 : 512;
}
function blockCount(contentLength) {
	const size = blockSize(contentLength);
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
*/
function findCopies(content, size, signatures) {
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
		const from = (filter[bit >>> 5] & 1 << (bit & 31)) === 0 ? -1 : find(table, hash, content, at, size, expected);
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
function find(table, weak, content, at, size, expected) {
	let strong = null;
	let best = -1;
	for (let slot = slotOf(table, weak);; slot = slot + 1 & table.mask) {
		const index = table.slots[slot];
		if (index < 0) return best;
		if (table.weak[index] !== weak) continue;
		strong ??= confirmingHash(content, at, size);
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
* @param earlierLength bytes of the earlier content
*/
function likeness(content, earlierLength, { first, signatures }) {
	const size = blockSize(earlierLength);
	const sampled = signatures.length / 8 * size;
	if (sampled === 0) return 0;
	const around = Math.max(AROUND, content.length * AROUND_SHARE);
	const middle = (first * size + sampled / 2) / earlierLength * content.length;
	const from = Math.max(0, Math.floor(middle - sampled / 2 - around));
	const to = Math.ceil(middle + sampled / 2 + around);
	const copies = findCopies(content.subarray(from, to), size, signatures);
	return Math.min(1, copies.reduce((sum, { length }) => sum + length, 0) / sampled);
}
// backend/contract/delta/signature-index.ts
/**
* The signatures of an artifact, as they are stored and sent: an index of everything in the zip, in a zstd frame, and then
* the block signatures of its contents. Names are digests: who asks has its own, and compares.
*/
const FORMAT = 1;
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
	const flags = column(() => reader.number(3));
	const contents = column((n) => flags[n] & 1 ? reader.number() : data[n]);
	const records = column(() => reader.number(DELTA_LIMITS.directory));
	const positions = column((n) => n + reader.signed());
	if (new Set(positions).size !== count || positions.some((position) => position < 0 || position >= count)) throw new Malformed("the directory has no order");
	return {
		entries: column((n) => ({
			gapLength: gaps[n],
			dataLength: data[n],
			isDeflated: (flags[n] & 1) !== 0,
			contentLength: contents[n],
			recordLength: records[n],
			position: positions[n],
			dataDigest: reader.bytes(6),
			headDigest: reader.bytes(4),
			nameDigest: reader.bytes(4),
			isSigned: (flags[n] & 2) !== 0
		})),
		middleLength: reader.number(DELTA_LIMITS.tail),
		middleDigest: reader.bytes(8),
		endLength: reader.number(DELTA_LIMITS.tail),
		endDigest: reader.bytes(8)
	};
}
/** Bytes of an entry's block signatures. */
function signatureLength(entry) {
	return entry.isSigned ? blockCount(entry.contentLength) * 8 : 0;
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
/** Whether the earlier entry's signatures are worth fetching, if it saved all of the data. */
function mayPay(entry, basis, rate) {
	if (rate === null) return true;
	return (entry.dataLength - signatureLength(basis)) / rate > workOn(entry);
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
	/** Keeps it for who reads it next. @returns whether there was room */
	keep(entry, content) {
		const bytes = content.data.length + (content.inflated?.length ?? 0);
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
		const copies = this.#copiesOf(inflated ?? data, basis);
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
	#copiesOf(content, basis) {
		const signatures = basis === null ? void 0 : this.#signatures.get(basis);
		if (basis === null || !signatures) return [];
		const { contentLength } = this.#index.entries[basis];
		return findCopies(content, blockSize(contentLength), signatures).slice(0, DELTA_LIMITS.copies);
	}
	#writeChanges(content, basis, copies) {
		if (basis === null || copies.length === 0) this.#writer.number(0);
		else {
			this.#writer.number(1);
			this.#writeFrom(basis);
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
/** How many entries from here on follow each other in the earlier file as well. */
function runLength(planned, start) {
	const first = planned[start];
	let count = 1;
	for (;; count++) {
		const next = planned[start + count];
		if (next?.kind !== "same" || !next.sameHead || next.from !== first.from + count) return count;
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
	#unlike = /* @__PURE__ */ new Set();
	/** Nothing tells how quick the line is: only bytes count, and no sample saves any. */
	#isSilent = false;
	#likely = [];
	constructor(earlier, contents, rate) {
		this.#earlier = earlier;
		this.#contents = contents;
		this.#rate = rate;
	}
	/** Takes a sample of the signatures of an entry that would take long. The line's speed is known then, if it can be. */
	async look(changed) {
		const { entry, basis } = changed;
		const known = basis === null ? void 0 : this.#earlier.index.entries[basis];
		if (basis === null || !known || signatureLength(known) <= SHORT * 65536) return;
		if (!takesLong([changed]) || !mayPay(entry, known, this.#rate())) return;
		const sample = await this.sample(basis);
		if (!sample || !mayPay(entry, known, this.#rate())) return;
		const content = await this.#contents.read(entry, true);
		const whole = content.inflated ?? (entry.method === 8 ? null : content.data);
		const saved = whole ? likeness(whole, known.contentLength, sample) * entry.dataLength : 0;
		if (!this.#isEnough(saved, known, content)) this.#unlike.add(entry);
		else if (this.#contents.keep(entry, content)) this.#likely.push({
			content,
			saved
		});
	}
	/** A sample of an entry's signatures, from which the line's speed is told; null where it cannot be. */
	async sample(basis) {
		if (this.#isSilent) return null;
		const sample = await this.#earlier.sample(basis);
		this.#isSilent = this.#rate() === null;
		return this.#isSilent ? null : sample;
	}
	/** Whether so little of it is there that it had better go as it is. */
	isUnlike(entry) {
		return this.#unlike.has(entry);
	}
	/** Finds the ways in which the likely ones were deflated: while their signatures come, there is nothing else to do. */
	async findWays() {
		for (const { content, saved } of this.#likely) await this.#contents.findWay(content, saved);
	}
	#isEnough(saved, basis, { inflated }) {
		const net = saved - (signatureLength(basis) - SAMPLE_BYTES);
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
	#byData;
	#byName;
	constructor(later, index) {
		this.#later = later;
		this.#index = index;
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
	/** Its basis is the signed entry of the same name. */
	#changed(entry) {
		return {
			kind: "changed",
			entry,
			basis: this.#byName.get(keyOf(shortDigest(4, entry.name)))?.find((number) => this.#index.entries[number]?.isSigned) ?? null
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
	const decide = (planned) => choose(planned, index, later.source.size, rate(), (entry) => examination.isUnlike(entry));
	const large = [];
	for await (const entry of planner.large()) {
		await examination.look(entry);
		large.push(entry);
		if (!decide(large)) return null;
	}
	const planned = await planner.all();
	let choice = decide(planned);
	if (choice && rate() === null && takesLong(changedIn(choice.planned))) {
		await examination.sample(largestOf(choice, index));
		choice = decide(planned);
	}
	if (!choice || choice.cost > most) return null;
	const fetching = earlier.fetch(choice.bases);
	fetching.catch(() => {});
	await examination.findWays();
	const written = await new DifferenceWriter(later.source, index, await fetching, contents).write(later.layout, choice.planned);
	const difference = written && await compress(written, rate());
	return difference && difference.length <= most - choice.cost ? difference : null;
}
/** The basis with the longest signatures. */
function largestOf({ bases }, { entries }) {
	const lengthOf = (number) => signatureLength(entries[number]);
	return bases.reduce((largest, number) => lengthOf(number) > lengthOf(largest) ? number : largest);
}
/** Null where sending the whole file takes less time. */
function choose(all, index, size, rate, isUnlike) {
	const entryOf = (number) => index.entries[number];
	const planned = all.map((each) => each.kind === "changed" && each.basis !== null && (isUnlike(each.entry) || !mayPay(each.entry, entryOf(each.basis), rate)) ? {
		...each,
		basis: null
	} : each);
	const changed = changedIn(planned);
	if (changed.some(({ entry }) => entry.dataLength > DELTA_LIMITS.difference)) return null;
	if (!differencePays(size, changed.reduce((sum, { entry, basis }) => sum + (basis === null ? entry.dataLength : 0), 0), rate)) return null;
	const bases = [...new Set(changed.flatMap(({ basis }) => basis ?? []))].sort((a, b) => a - b);
	return {
		planned,
		bases,
		cost: bases.reduce((sum, number) => sum + signatureLength(entryOf(number)), 0)
	};
}
const changedIn = (planned) => planned.filter((each) => each.kind === "changed");
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
/** The block signatures, which lie one entry's after the other's from where `start` begins. */
function newSignatures(link, index, start) {
	const places = [];
	let end = start.offset;
	for (const [number, entry] of index.entries.entries()) {
		const length = signatureLength(entry);
		places.push({
			number,
			offset: end,
			length
		});
		end += length;
	}
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
		async sample(number) {
			const place = places[number];
			const skipped = sampleStart(place.length);
			const offset = place.offset + skipped;
			const bytes = await read(offset, Math.min(SAMPLE_BYTES, end - offset));
			known.push({
				offset,
				bytes
			});
			return {
				first: skipped / 8,
				signatures: bytes.subarray(0, place.length - skipped)
			};
		},
		async fetch(numbers) {
			const wanted = new Set(numbers);
			const signatures = /* @__PURE__ */ new Map();
			for (const group of near(places.filter(({ number, length }) => wanted.has(number) && length > 0))) {
				const [first, last] = [group[0], group.at(-1)];
				const length = last.offset + last.length - first.offset;
				const bytes = await read(first.offset, length);
				for (const place of group) {
					const from = place.offset - first.offset;
					signatures.set(place.number, bytes.subarray(from, from + place.length));
				}
			}
			return signatures;
		}
	};
}
/** Places in their order, those together that are fetched at once. */
function near(places) {
	const groups = [];
	let end = Number.NEGATIVE_INFINITY;
	for (const place of places) {
		if (place.offset - end <= NEAR) groups.at(-1)?.push(place);
		else groups.push([place]);
		end = place.offset + place.length;
	}
	return groups;
}
export { makeDifference };
