import { $ as saveFinished, A as idSchema, B as object, D as FailOn, E as EvidenceKind, F as extend, G as string, H as optional, I as int, J as fail, K as _maxLength, L as literal, M as _enum, N as array, O as Framework, P as boolean, R as nullable, S as StartRun, T as OpenUpload, U as pick, V as omit, W as strictObject, X as log, Y as getIdToken, Z as readInput, _ as Line, a as cancelRun, at as RefusedError, b as RunChange, et as saveState, f as newTicker, g as backOff, h as requestJson, i as useProxyOf, it as CancelledError, j as realClock, k as TestOutcome, m as request, nt as writeSummary, o as startRun, ot as SubmissionError, p as revoke, q as _minLength, rt as BrokenError, s as upload, st as UsageError, tt as setOutput, v as bearer, x as RunView, y as bound, z as nullish } from "./shared.js";
import { glob, mkdir, mkdtemp, open, readFile, rename, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { createWriteStream } from "node:fs";
import { basename, dirname, extname, join, relative, resolve, sep } from "node:path";
import { pipeline } from "node:stream/promises";
import { createHash, generateKeyPairSync, randomUUID, sign } from "node:crypto";
import { crc32, deflateRawSync } from "node:zlib";
// action/ci/ci.ts
/** The length that the server takes, in characters; a commit's title is anybody's text. */
function oneLine(text, length) {
	return (text ?? "").split(/[\r\n]/, 1)[0]?.replace(/\p{Cc}/gu, " ").trim().slice(0, length).toWellFormed() || void 0;
}
// action/ci/github.ts
/**
* GitHub Actions. The commit is the one that a check belongs on: for a pull request its head, never GITHUB_SHA, which is
* there a merge commit that no required check looks at.
*
* https://docs.github.com/actions/reference/events-that-trigger-workflows
*/
const Repository = nullish(object({ id: int() }));
const Payload = object({
	repository: optional(object({ id: int() })),
	after: optional(string()),
	head_commit: nullish(object({ message: string() })),
	pull_request: optional(object({
		number: int(),
		title: string(),
		head: object({
			sha: string(),
			ref: string(),
			repo: Repository
		}),
		base: object({
			sha: string(),
			ref: string(),
			repo: Repository
		})
	})),
	merge_group: optional(object({
		head_sha: string(),
		head_ref: string(),
		head_commit: nullish(object({ message: string() }))
	})),
	workflow_run: optional(object({
		head_sha: string(),
		head_branch: nullish(string()),
		head_repository: Repository
	}))
});
const github = {
	name: "GitHub Actions",
	detect: (env) => env.GITHUB_ACTIONS === "true",
	async read(env, readFile) {
		const payload = Payload.safeParse(env.GITHUB_EVENT_PATH ? JSON.parse(await readFile(env.GITHUB_EVENT_PATH)) : {});
		if (!payload.success) throw new Error("the event's payload has not the shape that GitHub documents");
		return {
			...sourceOf(payload.data, env),
			noIdToken: env.ACTIONS_ID_TOKEN_REQUEST_URL && env.ACTIONS_ID_TOKEN_REQUEST_TOKEN ? null : NO_ID_TOKEN,
			folder: env.GITHUB_WORKSPACE ?? "."
		};
	}
};
const NO_ID_TOKEN = "GitHub gave this job no id token. Add `permissions: { contents: read, id-token: write }` to the job (a job's own permissions replace the workflow's), or give an API token in `token`.";
function sourceOf(payload, env) {
	const { pull_request: pull, merge_group: group, workflow_run: run } = payload;
	if (pull) return {
		commit: commit(pull.head.sha, pull.head.ref, pull.title),
		changeRequest: {
			number: pull.number,
			baseBranch: oneLine(pull.base.ref, 255) ?? "",
			baseSha: pull.base.sha
		},
		fromFork: !pull.head.repo || pull.head.repo.id !== pull.base.repo?.id
	};
	if (group) return own(commit(group.head_sha, branchOf(group.head_ref), group.head_commit?.message));
	if (run) {
		const fromFork = !run.head_repository || run.head_repository.id !== payload.repository?.id;
		return {
			commit: commit(run.head_sha, run.head_branch ?? void 0),
			changeRequest: null,
			fromFork
		};
	}
	return own(commit((env.GITHUB_EVENT_NAME === "push" ? payload.after : env.GITHUB_SHA) ?? env.GITHUB_SHA ?? "", branchOf(env.GITHUB_REF), payload.head_commit?.message));
}
function own(ofThisRepository) {
	return {
		commit: ofThisRepository,
		changeRequest: null,
		fromFork: false
	};
}
function commit(sha, branch, title) {
	return {
		sha,
		branch: oneLine(branch, 255),
		title: oneLine(title, 500)
	};
}
/** The branch of a full ref; a tag has none. */
function branchOf(ref) {
	return ref?.startsWith("refs/heads/") ? ref.slice(11) : void 0;
}
// action/ci/index.ts
const VENDORS = [github];
/** The CI that this environment is of; null where none knows it. */
function detectCi(env) {
	return VENDORS.find((vendor) => vendor.detect(env)) ?? null;
}
// backend/contract/fork-manifest.ts
/** What a fork's step leaves in a workflow artifact, in place of an upload: the files and what to do with them. */
/** The names of the artifact's entries. There are no others. */
const MANIFEST_ENTRY = "manifest.json";
const PREFIX = "devicelane-fork-";
const MAX_NAME = 200;
const ForkFile = extend(pick(OpenUpload, {
	name: true,
	kind: true,
	size: true,
	sha256: true
}), { 
/** Also the name of its entry. */
role: _enum(["app", "tests"]) });
strictObject({
	version: literal(1),
	run: omit(StartRun, {
		artifacts: true,
		commit: true,
		changeRequest: true,
		wait: true
	}),
	files: array(ForkFile).check(_minLength(1), _maxLength(2))
});
/** The artifact's name carries the check's, so that the check can stand before anything is fetched. Null: it is too long. */
function forkArtifactName(checkName) {
	const name = PREFIX + Buffer.from(checkName).toString("base64url");
	return name.length > MAX_NAME ? null : name;
}
// action/client/build-file.ts
/** A file that is to be uploaded: its size and digest are known, and any range of it can be read, as often as needed. */
const CHUNK$1 = 1048576;
/**
* Opens the file and hashes it once through. The handle stays open, so that what is sent is what was hashed even when a
* later build step replaces the file.
*
* @throws UsageError naming the input, for a file that is empty, too large, or cannot be read
*/
async function openBuildFile(input, path) {
	const handle = await open(path, "r").catch((error) => {
		throw new UsageError(input, `${basename(path)} cannot be read (${error.code}).`);
	});
	try {
		const { size } = await handle.stat();
		checkSize(input, basename(path), size);
		return {
			input,
			name: basename(path),
			size,
			sha256: await digest(handle, size),
			read: (offset, length, into) => readRange(handle, offset, Math.min(length, size - offset), into),
			close: () => handle.close()
		};
	} catch (error) {
		await handle.close();
		throw error;
	}
}
/** A file that was made in memory. */
function buildFileOf(input, name, kind, bytes) {
	checkSize(input, name, bytes.length);
	return {
		input,
		name,
		kind,
		size: bytes.length,
		sha256: createHash("sha256").update(bytes).digest("hex"),
		read: async (offset, length) => bytes.subarray(offset, offset + length),
		close: async () => {}
	};
}
function checkSize(input, name, size) {
	if (size === 0) throw new UsageError(input, `${name} is empty; did the build finish?`);
	if (size > 4294967296) throw new UsageError(input, `${name} is larger than 4 GiB, which no farm takes.`);
}
async function digest(handle, size) {
	const hash = createHash("sha256");
	const memory = Buffer.allocUnsafeSlow(Math.min(CHUNK$1, size));
	for (let at = 0; at < size; at += CHUNK$1) hash.update(await readRange(handle, at, Math.min(CHUNK$1, size - at), memory));
	return hash.digest("hex");
}
async function readRange(handle, offset, length, into = Buffer.allocUnsafe(length)) {
	const buffer = into.subarray(0, length);
	for (let filled = 0; filled < length;) {
		const { bytesRead } = await handle.read(buffer, filled, length - filled, offset + filled);
		if (bytesRead === 0) throw new Error("the file became shorter while it was read");
		filled += bytesRead;
	}
	return buffer;
}
// action/client/zip-folder.ts
/**
* A folder of Maestro flows as a zip (APPNOTE 6.3, no zip64: flows are small). The same folder gives the same bytes, so
* that an unchanged one is not uploaded again: names are sorted, and every entry has the oldest date that a zip can say.
*/
const MOST_FILES = 5e3;
const MOST_BYTES = 268435456;
const LOCAL = 67324752;
const CENTRAL = 33639248;
const END = 101010256;
/** Deflate needs version 2.0 to extract; bit 11 says that names are UTF-8. */
const VERSION = 20;
const UTF8_NAMES = 2048;
const DEFLATE = 8;
/** 1 January 1980. */
const OLDEST_DATE = 33;
/** @throws UsageError naming `tests`, for a folder without a flow or with more than a farm takes */
async function zipFolder(folder) {
	const files = [];
	let total = 0;
	for (const name of await filesIn(folder)) {
		total += (await stat(join(folder, name))).size;
		if (total > MOST_BYTES) throw new UsageError("tests", `${folder} holds more than 256 MiB. Name the folder of the flows alone.`);
		files.push({
			name: name.split(sep).join("/"),
			bytes: await readFile(join(folder, name))
		});
	}
	if (!files.some(({ name }) => /\.ya?ml$/.test(name))) throw new UsageError("tests", `${folder} is a folder without a Maestro flow (a .yaml file).`);
	return zip(files);
}
async function filesIn(folder) {
	const names = [];
	for await (const entry of glob("**/*", {
		cwd: folder,
		withFileTypes: true
	})) {
		if (entry.isFile()) names.push(join(entry.parentPath, entry.name).slice(join(folder, sep).length));
		if (names.length > MOST_FILES) throw new UsageError("tests", `${folder} holds more than ${MOST_FILES} files.`);
	}
	return names.sort();
}
function zip(files) {
	const locals = [];
	const directory = [];
	let offset = 0;
	for (const file of files) {
		const name = Buffer.from(file.name);
		const data = deflateRawSync(file.bytes);
		const shared = Buffer.alloc(26);
		[
			VERSION,
			UTF8_NAMES,
			DEFLATE,
			0,
			OLDEST_DATE
		].forEach((value, index) => {
			shared.writeUInt16LE(value, index * 2);
		});
		shared.writeUInt32LE(crc32(file.bytes), 10);
		shared.writeUInt32LE(data.length, 14);
		shared.writeUInt32LE(file.bytes.length, 18);
		shared.writeUInt16LE(name.length, 22);
		const tail = Buffer.alloc(14);
		tail.writeUInt32LE(offset, 10);
		directory.push(uint32(CENTRAL), uint16(VERSION), shared, tail, name);
		locals.push(uint32(LOCAL), shared, name, data);
		offset += 4 + shared.length + name.length + data.length;
	}
	const central = Buffer.concat(directory);
	const end = Buffer.alloc(18);
	end.writeUInt16LE(files.length, 4);
	end.writeUInt16LE(files.length, 6);
	end.writeUInt32LE(central.length, 8);
	end.writeUInt32LE(offset, 12);
	return Buffer.concat([
		...locals,
		central,
		uint32(END),
		end
	]);
}
function uint16(value) {
	const bytes = Buffer.alloc(2);
	bytes.writeUInt16LE(value);
	return bytes;
}
function uint32(value) {
	const bytes = Buffer.alloc(4);
	bytes.writeUInt32LE(value);
	return bytes;
}
// action/client/find-files.ts
/** From what the inputs `app` and `tests` say to exactly one file each; a refusal lists what it found instead. */
const FITTING = {
	app: [
		".apk",
		".aab",
		".ipa"
	],
	tests: [".apk", ".zip"]
};
const WANTED = {
	app: "one APK, AAB or IPA",
	tests: "one test APK, XCTest zip, or folder of Maestro flows"
};
/** So many names are worth reading in a refusal. */
const LISTED = 10;
/** A pattern such as `**` over a whole checkout is cut off here: what follows would be refused anyway. */
const MOST_MATCHES = 1e4;
/**
* Finds the one file that the path or glob names, relative to `folder`, and opens it. A folder of Maestro flows is zipped.
*
* @throws UsageError naming the input and what the pattern matched
*/
async function findFile(input, pattern, folder) {
	const literal = await kindOf(resolve(folder, pattern));
	if (literal === "folder" && input === "tests") return zipped(resolve(folder, pattern));
	const matches = literal === "file" ? [pattern] : await match(pattern, folder);
	const fitting = matches.filter((path) => isFitting(input, path));
	const [only] = fitting;
	if (only !== void 0 && fitting.length === 1) return openBuildFile(input, resolve(folder, only));
	throw new UsageError(input, refusal(input, pattern, folder, fitting, matches));
}
async function zipped(folder) {
	return buildFileOf("tests", "flows.zip", "maestro_zip", await zipFolder(folder));
}
async function kindOf(path) {
	try {
		const found = await stat(path);
		if (found.isFile()) return "file";
		return found.isDirectory() ? "folder" : null;
	} catch (error) {
		const { code } = error;
		if (code === "ENOENT" || code === "ENOTDIR" || code === "ENAMETOOLONG" || code === "EINVAL") return null;
		throw error;
	}
}
async function match(pattern, folder) {
	const found = [];
	for await (const path of glob(pattern, { cwd: folder })) {
		if (await kindOf(resolve(folder, path)) === "file") found.push(path);
		if (found.length === MOST_MATCHES) break;
	}
	return found.sort();
}
function isFitting(input, path) {
	return FITTING[input].includes(extname(path).toLowerCase());
}
function refusal(input, pattern, folder, fitting, all) {
	const found = fitting.length > 0 ? fitting : all;
	const what = `\`${pattern}\` must match exactly ${WANTED[input]}`;
	if (found.length === 0) return `${what}, and it matches nothing in ${folder}. Did the build write it somewhere else?`;
	const names = found.slice(0, LISTED).map((path) => relative(folder, resolve(folder, path)));
	const more = found.length > LISTED ? `, and ${found.length - LISTED} more` : "";
	if (fitting.length === 0) return `${what}, and what it matches has not one of the endings ${FITTING[input].join(", ")}: ${names.join(", ")}${more}.`;
	return `${what}, and it matches ${found.length}: ${names.join(", ")}${more}. Name the one that you mean.`;
}
// action/client/leave-files.ts
/**
* Where a submission may not upload, since it comes from a fork: lays out the files and a manifest in a folder, for the CI
* to keep until a maintainer approves. The server believes nothing of it, so nothing secret and no claim stands in it.
*/
const CHUNK = 1048576;
/** Lays them out in a new folder below `parent`. @throws UsageError naming the input */
async function leaveFiles(submission, parent) {
	const { commit: _, changeRequest: __, wait: ___, ...run } = submission.run;
	const name = forkArtifactName(run.name ?? "Devicelane");
	if (name === null) throw new UsageError("name", "is too long for a pull request from a fork: use fewer characters.");
	if (Object.values(run.env ?? {}).some((value) => value.startsWith("secret:"))) throw new UsageError("env", "names a secret of the backend, which a pull request from a fork is never given.");
	const folder = await mkdtemp(join(parent, "devicelane-"));
	const files = [];
	for (const input of ["app", "tests"]) {
		const pattern = submission[input];
		if (pattern === null) continue;
		const file = await findFile(input, pattern, submission.folder);
		try {
			await pipeline(contentOf(file), createWriteStream(join(folder, input)));
		} finally {
			await file.close();
		}
		const { size, sha256, kind } = file;
		files.push({
			role: input,
			name: file.name,
			size,
			sha256,
			...kind && { kind }
		});
	}
	const manifest = {
		version: 1,
		run,
		files
	};
	await writeFile(join(folder, MANIFEST_ENTRY), JSON.stringify(manifest));
	return {
		name,
		folder,
		paths: [MANIFEST_ENTRY, ...files.map(({ role }) => role)].map((each) => join(folder, each))
	};
}
async function* contentOf(file) {
	for (let at = 0; at < file.size; at += CHUNK) yield await file.read(at, Math.min(CHUNK, file.size - at));
}
// action/client/outcome-lines.ts
/** The rest is in the summary and in the report. */
const MAX_REASONS = 10;
const MAX_FAILURES = 20;
const MAX_LENGTH = 300;
/** One line each; the caller's log makes untrusted text harmless. */
function outcomeLines(run, failures) {
	const reasons = run.jobs.flatMap(({ farm, device, reason }) => reason === null ? [] : [`${device} on ${farm}: ${firstLine(reason)}`]);
	const failed = failures.filter((test) => test.outcome === "failed").toSorted((a, b) => Number(b.isNew) - Number(a.isNew));
	return [...bounded(reasons, MAX_REASONS, "more"), ...bounded(failed.map(describe), MAX_FAILURES, "more failures, in the report")].map((line) => line.slice(0, MAX_LENGTH));
}
function describe({ suite, name, device, isNew, attempts }) {
	const message = attempts.findLast((attempt) => attempt.message !== null)?.message;
	return `${isNew ? "new" : "known"}: ${suite} › ${name} on ${device}${message ? `: ${firstLine(message)}` : ""}`;
}
function bounded(lines, max, rest) {
	return lines.length <= max ? lines : [...lines.slice(0, max), `… and ${lines.length - max} ${rest}`];
}
function firstLine(text) {
	return text.trim().split("\n", 1)[0] ?? "";
}
// backend/contract/oauth.ts
/** Token exchange (RFC 8693) with proof of possession (RFC 9449). Names are those of the standards. */
const GRANT_TYPE = "urn:ietf:params:oauth:grant-type:token-exchange";
const SUBJECT_TOKEN_TYPES = ["urn:ietf:params:oauth:token-type:jwt", "urn:ietf:params:oauth:token-type:id_token"];
const ISSUED_TOKEN_TYPE = "urn:ietf:params:oauth:token-type:access_token";
_enum([
	"artifact:create",
	"artifact:read",
	"artifact:content",
	"artifact:delete",
	"run:create",
	"run:read",
	"run:cancel",
	"admin"
]);
object({
	grant_type: literal(GRANT_TYPE),
	/** The CI's OIDC token. Nothing larger than 8 KiB is looked at. */
	subject_token: string().check(_minLength(1), _maxLength(8192)),
	subject_token_type: _enum(SUBJECT_TOKEN_TYPES)
});
const ExchangedToken = object({
	access_token: string(),
	issued_token_type: literal(ISSUED_TOKEN_TYPE),
	token_type: literal("DPoP"),
	/** Seconds; at most 900. */
	expires_in: int(),
	scope: string()
});
object({ token: string().check(_minLength(1), _maxLength(512)) });
// action/client/exchange.ts
/**
* The capability of a CI job: got for the CI's OIDC token by RFC 8693, bound to the submission's key by RFC 9449.
*
* It lives 15 minutes at most. An upload may take longer, so it is got again, with a fresh OIDC token, when it is about to
* end or when the server says that it has.
*/
/** Milliseconds before its end at which a capability is no more used for a new request. */
const MARGIN = 6e4;
/** A capability that is got with the first request that needs one. */
function capability(wire, key) {
	let held = null;
	let exchange = null;
	const renew = async () => {
		exchange ??= exchangeToken(wire, key).finally(() => {
			exchange = null;
		});
		held = await exchange;
		return held;
	};
	return {
		async renew() {
			await renew();
		},
		current: () => held?.token ?? null,
		async headers(method, url, now) {
			const { token } = held && held.until - MARGIN >= now ? held : await renew();
			return {
				authorization: `DPoP ${token}`,
				dpop: key.prove({
					method,
					url,
					token,
					now
				})
			};
		}
	};
}
async function exchangeToken(wire, key) {
	const { clock, getIdToken, log } = wire.environment;
	const started = clock.now();
	const idToken = await getIdToken(wire.base);
	const exchanged = await requestJson(wire, {
		what: "proving who this CI job is",
		method: "POST",
		path: "/oauth/token",
		credential: { headers: async (method, url, now) => ({ dpop: key.prove({
			method,
			url,
			now
		}) }) },
		headers: { "idempotency-key": randomUUID() },
		body: async () => new URLSearchParams({
			grant_type: GRANT_TYPE,
			subject_token: idToken,
			subject_token_type: SUBJECT_TOKEN_TYPES[0]
		})
	}, ExchangedToken);
	log.mask(exchanged.access_token);
	return {
		token: exchanged.access_token,
		until: started + exchanged.expires_in * 1e3
	};
}
// node_modules/eventsource-parser/dist/errors.js
/**
* Error thrown when encountering an issue during parsing.
*
* @public
*/
var ParseError = class extends Error {
	constructor(message, options) {
		super(message);
		this.name = "ParseError";
		this.type = options.type;
		this.field = options.field;
		this.value = options.value;
		this.line = options.line;
	}
};
// node_modules/eventsource-parser/dist/parse.js
/**
* EventSource/Server-Sent Events parser
* @see https://html.spec.whatwg.org/multipage/server-sent-events.html
*/
const LF = 10;
const CR = 13;
const SPACE = 32;
const MAX_FIELD_PREFIX_LENGTH = 6;
/**
* Creates a new EventSource parser.
*
* @param config - Parser configuration. Accepts callbacks (see {@link ParserCallbacks})
*   and options like `maxBufferSize` (see {@link ParserConfig}).
*
* @returns A new EventSource parser, with `feed` and `reset` methods.
* @public
*/
function createParser(config) {
	if (typeof config === "function") throw new TypeError("`config` must be an object, got a function instead. Did you mean `createParser({onEvent: fn})`?");
	const { maxBufferSize, onComment, onError, onEvent, onId, onRetry } = config;
	const pendingFragments = [];
	let pendingFragmentsLength = 0;
	let bomPrefix = "";
	let id;
	let data = "";
	let dataLines = 0;
	let eventType;
	let terminated = false;
	let skippingLine = false;
	let skipNextLineFeed = false;
	/**
	* Feeds a chunk of the SSE stream to the parser. Any trailing bytes that do
	* not yet form a complete line are held back and prepended to the next chunk,
	* so callers can pass arbitrary slices of the stream without worrying about
	* line boundaries.
	*
	* Per the SSE spec, one leading UTF-8 BOM is stripped before parsing,
	* even when split across chunks. This handles both the raw 3-byte form (0xEF 0xBB
	* 0xBF) and a single decoded U+FEFF, so a leading BOM is ignored regardless of
	* how the caller decoded the bytes.
	*
	* @see https://html.spec.whatwg.org/multipage/server-sent-events.html#parsing-an-event-stream
	*/
	function feed(chunk) {
		if (terminated) throw new Error("Cannot feed parser: it was terminated after exceeding the configured max buffer size. Call `reset()` to resume parsing.");
		if (bomPrefix !== void 0) {
			chunk = bomPrefix + chunk;
			if (chunk === "" || chunk === "ï" || chunk === "ï»") {
				bomPrefix = chunk;
				return;
			}
			bomPrefix = void 0;
			chunk = chunk.replace(/^(?:\uFEFF|\xEF\xBB\xBF)/, "");
		}
		if (skippingLine || skipNextLineFeed) {
			chunk = resumeAfterSkip(chunk);
			if (!chunk) return;
		}
		if (!pendingFragments.length) {
			const trailing = processLines(chunk);
			if (trailing !== "") storeTrailing(trailing);
			checkForBufferOverflow();
			return;
		}
		if (chunk.indexOf("\n") === -1 && chunk.indexOf("\r") === -1) {
			if (pendingFragmentsLength < MAX_FIELD_PREFIX_LENGTH) {
				if (!shouldBufferTrailing(pendingFragments.join("") + chunk.slice(0, MAX_FIELD_PREFIX_LENGTH - pendingFragmentsLength))) {
					pendingFragments.length = 0;
					pendingFragmentsLength = 0;
					skippingLine = true;
					return;
				}
			}
			pendingFragments.push(chunk);
			pendingFragmentsLength += chunk.length;
			checkForBufferOverflow();
			return;
		}
		pendingFragments.push(chunk);
		const input = pendingFragments.join("");
		pendingFragments.length = 0;
		pendingFragmentsLength = 0;
		storeTrailing(processLines(input));
		checkForBufferOverflow();
	}
	function resumeAfterSkip(chunk) {
		if (chunk.length === 0) return chunk;
		if (skipNextLineFeed) {
			skipNextLineFeed = false;
			return chunk.charCodeAt(0) === LF ? chunk.slice(1) : chunk;
		}
		const crIndex = chunk.indexOf("\r");
		const lfIndex = chunk.indexOf("\n");
		const lineEnd = crIndex === -1 ? lfIndex : lfIndex === -1 ? crIndex : crIndex < lfIndex ? crIndex : lfIndex;
		if (lineEnd === -1) return "";
		if (lineEnd === chunk.length - 1 && chunk.charCodeAt(lineEnd) === CR) {
			skippingLine = false;
			skipNextLineFeed = true;
			return "";
		}
		skippingLine = false;
		return chunk.slice(lineEnd + (chunk.charCodeAt(lineEnd) === CR && chunk.charCodeAt(lineEnd + 1) === LF ? 2 : 1));
	}
	function storeTrailing(trailing) {
		if (!trailing) return;
		if (trailing.charCodeAt(trailing.length - 1) === CR) {
			parseLine(trailing, 0, trailing.length - 1);
			if (checkForBufferOverflow()) return;
			skipNextLineFeed = true;
			return;
		}
		if (shouldBufferTrailing(trailing)) {
			pendingFragments.push(trailing);
			pendingFragmentsLength = trailing.length;
			return;
		}
		skippingLine = true;
	}
	function shouldBufferTrailing(trailing) {
		const firstCharCode = trailing.charCodeAt(0);
		return firstCharCode === 58 && !!onComment || firstCharCode === 100 && isPotentialField(trailing, "data") || firstCharCode === 101 && isPotentialField(trailing, "event") || firstCharCode === 105 && isPotentialField(trailing, "id") || firstCharCode === 114 && isPotentialField(trailing, "retry");
	}
	function checkForBufferOverflow() {
		if (terminated) return true;
		if (maxBufferSize === void 0) return false;
		if (pendingFragmentsLength + data.length <= maxBufferSize) return false;
		terminated = true;
		pendingFragments.length = 0;
		pendingFragmentsLength = 0;
		id = void 0;
		data = "";
		dataLines = 0;
		eventType = void 0;
		skippingLine = false;
		skipNextLineFeed = false;
		onError === null || onError === void 0 || onError(new ParseError(`Buffered data exceeded max buffer size of ${maxBufferSize} characters`, { type: "max-buffer-size-exceeded" }));
		return true;
	}
	/**
	* Splits `chunk` into SSE lines and dispatches each to the appropriate handler.
	* Returns any trailing bytes that did not terminate with a line break, so the
	* caller can prepend them to the next chunk.
	*
	* The SSE spec permits three line terminators: `\n`, `\r`, and `\r\n`. Real-world
	* streams almost always use plain `\n`, so we take a fast path when no `\r` is
	* present in the chunk. The slow path is spec-correct but does more work per line.
	*/
	function processLines(chunk) {
		let searchIndex = 0;
		if (chunk.indexOf("\r") === -1) {
			let lfIndex = chunk.indexOf("\n", searchIndex);
			while (lfIndex !== -1) {
				if (searchIndex === lfIndex) {
					if (id !== void 0) onId === null || onId === void 0 || onId(id);
					if (dataLines > 0) onEvent === null || onEvent === void 0 || onEvent({
						id,
						event: eventType,
						data
					});
					id = void 0;
					data = "";
					dataLines = 0;
					eventType = void 0;
					searchIndex = lfIndex + 1;
					lfIndex = chunk.indexOf("\n", searchIndex);
					continue;
				}
				const firstCharCode = chunk.charCodeAt(searchIndex);
				if (isDataPrefix(chunk, searchIndex, firstCharCode)) {
					const valueStart = chunk.charCodeAt(searchIndex + 5) === SPACE ? searchIndex + 6 : searchIndex + 5;
					const value = chunk.slice(valueStart, lfIndex);
					if (dataLines === 0 && chunk.charCodeAt(lfIndex + 1) === LF) {
						if (id !== void 0) onId === null || onId === void 0 || onId(id);
						onEvent === null || onEvent === void 0 || onEvent({
							id,
							event: eventType,
							data: value
						});
						id = void 0;
						data = "";
						eventType = void 0;
						searchIndex = lfIndex + 2;
						lfIndex = chunk.indexOf("\n", searchIndex);
						continue;
					}
					data = dataLines === 0 ? value : `${data}\n${value}`;
					dataLines++;
				} else if (isEventPrefix(chunk, searchIndex, firstCharCode)) eventType = chunk.slice(chunk.charCodeAt(searchIndex + 6) === SPACE ? searchIndex + 7 : searchIndex + 6, lfIndex) || void 0;
				else parseLine(chunk, searchIndex, lfIndex);
				if (checkForBufferOverflow()) return "";
				searchIndex = lfIndex + 1;
				lfIndex = chunk.indexOf("\n", searchIndex);
			}
			return chunk.slice(searchIndex);
		}
		let crIndex = chunk.indexOf("\r", searchIndex);
		let lfIndex = chunk.indexOf("\n", searchIndex);
		while (searchIndex < chunk.length) {
			let lineEnd = -1;
			if (crIndex !== -1 && lfIndex !== -1) lineEnd = crIndex < lfIndex ? crIndex : lfIndex;
			else if (crIndex !== -1) {
				if (crIndex === chunk.length - 1) lineEnd = -1;
				else lineEnd = crIndex;
			} else if (lfIndex !== -1) lineEnd = lfIndex;
			if (lineEnd === -1) break;
			parseLine(chunk, searchIndex, lineEnd);
			if (checkForBufferOverflow()) return "";
			searchIndex = lineEnd + 1;
			if (chunk.charCodeAt(searchIndex - 1) === CR && chunk.charCodeAt(searchIndex) === LF) searchIndex++;
			if (crIndex !== -1 && crIndex < searchIndex) crIndex = chunk.indexOf("\r", searchIndex);
			if (lfIndex !== -1 && lfIndex < searchIndex) lfIndex = chunk.indexOf("\n", searchIndex);
		}
		return chunk.slice(searchIndex);
	}
	function parseLine(chunk, start, end) {
		if (start === end) {
			dispatchEvent();
			return;
		}
		const firstCharCode = chunk.charCodeAt(start);
		if (isDataPrefix(chunk, start, firstCharCode)) {
			const valueStart = chunk.charCodeAt(start + 5) === SPACE ? start + 6 : start + 5;
			const value = chunk.slice(valueStart, end);
			data = dataLines === 0 ? value : `${data}\n${value}`;
			dataLines++;
			return;
		}
		if (isEventPrefix(chunk, start, firstCharCode)) {
			eventType = chunk.slice(chunk.charCodeAt(start + 6) === SPACE ? start + 7 : start + 6, end) || void 0;
			return;
		}
		if (firstCharCode === 105 && chunk.charCodeAt(start + 1) === 100 && chunk.charCodeAt(start + 2) === 58) {
			const value = chunk.slice(chunk.charCodeAt(start + 3) === SPACE ? start + 4 : start + 3, end);
			if (!value.includes("\0")) id = value;
			return;
		}
		if (firstCharCode === 58) {
			if (onComment) {
				const line = chunk.slice(start, end);
				onComment(line.slice(chunk.charCodeAt(start + 1) === SPACE ? 2 : 1));
			}
			return;
		}
		const line = chunk.slice(start, end);
		const fieldSeparatorIndex = line.indexOf(":");
		if (fieldSeparatorIndex === -1) {
			processField(line, "", line);
			return;
		}
		const field = line.slice(0, fieldSeparatorIndex);
		const offset = line.charCodeAt(fieldSeparatorIndex + 1) === SPACE ? 2 : 1;
		processField(field, line.slice(fieldSeparatorIndex + offset), line);
	}
	function processField(field, value, line) {
		switch (field) {
			case "event":
				eventType = value || void 0;
				break;
			case "data":
				data = dataLines === 0 ? value : `${data}\n${value}`;
				dataLines++;
				break;
			case "id":
				if (!value.includes("\0")) id = value;
				break;
			case "retry":
				if (/^\d+$/.test(value)) onRetry === null || onRetry === void 0 || onRetry(parseInt(value, 10));
				else onError === null || onError === void 0 || onError(new ParseError(`Invalid \`retry\` value: "${value}"`, {
					type: "invalid-retry",
					value,
					line
				}));
				break;
			default: onError === null || onError === void 0 || onError(new ParseError(`Unknown field "${field.length > 20 ? `${field.slice(0, 20)}…` : field}"`, {
				type: "unknown-field",
				field,
				value,
				line
			}));
		}
	}
	function dispatchEvent() {
		if (id !== void 0) onId === null || onId === void 0 || onId(id);
		if (dataLines > 0) onEvent === null || onEvent === void 0 || onEvent({
			id,
			event: eventType,
			data
		});
		id = void 0;
		data = "";
		dataLines = 0;
		eventType = void 0;
	}
	function reset(options = {}) {
		if (options.consume && pendingFragments.length > 0) {
			const incompleteLine = pendingFragments.join("");
			parseLine(incompleteLine, 0, incompleteLine.length);
		}
		bomPrefix = "";
		id = void 0;
		data = "";
		dataLines = 0;
		eventType = void 0;
		pendingFragments.length = 0;
		pendingFragmentsLength = 0;
		terminated = false;
		skippingLine = false;
		skipNextLineFeed = false;
	}
	return {
		feed,
		reset
	};
}
/**
* Checks if `chunk` starts with the literal `data:` at index `i`.
*
* Equivalent to `chunk.startsWith('data:', i)`, but benchmarks show this
* hand-unrolled char-code comparison is ~20% faster on common event types.
* The caller passes `firstCharCode` (the code at `i`) so it can be reused
* across prefix checks.
*
* ASCII: 'd' = 100, 'a' = 97, 't' = 116, 'a' = 97, ':' = 58
*/
function isDataPrefix(chunk, i, firstCharCode) {
	return firstCharCode === 100 && chunk.charCodeAt(i + 1) === 97 && chunk.charCodeAt(i + 2) === 116 && chunk.charCodeAt(i + 3) === 97 && chunk.charCodeAt(i + 4) === 58;
}
/**
* Checks if `chunk` starts with the literal `event:` at index `i`.
*
* See {@link isDataPrefix} for why this is hand-unrolled rather than using
* `String.prototype.startsWith`.
*
* ASCII: 'e' = 101, 'v' = 118, 'e' = 101, 'n' = 110, 't' = 116, ':' = 58
*/
function isEventPrefix(chunk, i, firstCharCode) {
	return firstCharCode === 101 && chunk.charCodeAt(i + 1) === 118 && chunk.charCodeAt(i + 2) === 101 && chunk.charCodeAt(i + 3) === 110 && chunk.charCodeAt(i + 4) === 116 && chunk.charCodeAt(i + 5) === 58;
}
function isPotentialField(line, field) {
	let i = 1;
	while (i < line.length && i < field.length) {
		if (line.charCodeAt(i) !== field.charCodeAt(i)) return false;
		i++;
	}
	return line.length <= field.length || line.charCodeAt(field.length) === 58;
}
// action/client/follow.ts
/**
* Follows a run to its end: by server-sent events, and by asking for the run whenever the stream ends, breaks or is silent.
* Where a proxy lets no stream through, what is left is asking now and then, which is enough.
*/
/** Milliseconds without a byte after which a stream counts as dead. */
const SILENCE = 6e4;
/** Milliseconds without any answer after which the step stops waiting; the run itself goes on. */
const PATIENCE = 6e5;
const LARGEST_EVENT = 65536;
/**
* The finished run.
*
* @throws BrokenError when the server stays silent for ten minutes
*/
async function follow(following) {
	const { clock, random, signal } = following.wire.environment;
	let lastEventId = null;
	let heard = clock.now();
	for (let failures = 0;;) {
		const run = await readRun(following).catch((error) => {
			if (!(error instanceof BrokenError) || clock.now() - heard > PATIENCE) throw error;
			return null;
		});
		if (run) {
			heard = clock.now();
			following.progress.show(run);
			if (run.state === "finished") return run;
		}
		const stream = await readEvents(following, lastEventId);
		failures = stream.lastEventId === lastEventId ? failures + 1 : 0;
		lastEventId = stream.lastEventId;
		if (!stream.finished) await clock.sleep(backOff(failures + 1, random), signal);
	}
}
function readRun({ wire, credential, runId }) {
	const call = {
		what: "reading the run",
		method: "GET",
		path: `/v1/runs/${runId}`,
		credential
	};
	return requestJson(wire, call, RunView);
}
/** Reads one stream until it ends, for whatever reason; the run is asked for afterwards in any case. */
async function readEvents({ wire, credential, runId, progress }, since) {
	const end = {
		lastEventId: since,
		finished: false
	};
	const parser = createParser({
		maxBufferSize: LARGEST_EVENT,
		onEvent({ id, data }) {
			const change = parseChange(data);
			if (id !== void 0 && /^\d{1,15}$/.test(id)) end.lastEventId = id;
			if (!change) return;
			progress.change(change);
			end.finished ||= change.state === "finished";
		}
	});
	try {
		await request(wire, {
			what: "following the run",
			method: "GET",
			path: `/v1/runs/${runId}/events`,
			headers: {
				accept: "text/event-stream",
				...since !== null && { "last-event-id": since }
			},
			credential,
			tries: 1,
			idle: SILENCE
		}, async ({ chunks }) => {
			const text = new TextDecoder();
			for await (const chunk of chunks) {
				parser.feed(text.decode(chunk, { stream: true }));
				progress.catchUp();
				if (end.finished) return;
			}
		});
	} catch (error) {
		if (wire.environment.signal.aborted) throw error;
	}
	return end;
}
function parseChange(data) {
	try {
		const parsed = RunChange.safeParse(JSON.parse(data));
		return parsed.success ? parsed.data : null;
	} catch (error) {
		if (error instanceof SyntaxError) return null;
		throw error;
	}
}
// action/client/proof-key.ts
/**
* The key of one submission: made in memory, never written anywhere, gone with the process. A token that is bound to it
* is useless to whoever finds the token in a log.
*
* `node:crypto` alone: a JWS of fixed shape needs no library, and the step starts sooner without one.
*/
const encode = (value) => Buffer.from(JSON.stringify(value)).toString("base64url");
/** A new P-256 key pair. */
function newProofKey() {
	const { privateKey, publicKey } = generateKeyPairSync("ec", { namedCurve: "P-256" });
	const { kty, crv, x, y } = publicKey.export({ format: "jwk" });
	const header = encode({
		typ: "dpop+jwt",
		alg: "ES256",
		jwk: {
			kty,
			crv,
			x,
			y
		}
	});
	return { prove({ method, url, token, now }) {
		const { origin, pathname } = new URL(url);
		const claims = {
			jti: randomUUID(),
			htm: method,
			htu: origin + pathname,
			iat: Math.floor(now / 1e3),
			...token !== void 0 && { ath: createHash("sha256").update(token).digest("base64url") }
		};
		const signed = `${header}.${encode(claims)}`;
		return `${signed}.${sign("sha256", Buffer.from(signed), {
			key: privateKey,
			dsaEncoding: "ieee-p1363"
		}).toString("base64url")}`;
	} };
}
// backend/contract/results.ts
/** Test results as they travel: one row for each test on each job, with its attempts. */
const TestAttempt = object({
	attempt: int(),
	outcome: TestOutcome,
	/** Milliseconds. */
	durationMs: int(),
	message: nullable(string()),
	stack: nullable(string())
});
const TestResult = object({
	suite: string(),
	name: string(),
	jobId: idSchema("job"),
	farm: string(),
	device: string(),
	/** After all attempts. */
	outcome: _enum([
		"passed",
		"failed",
		"flaky",
		"skipped"
	]),
	/** A failure that the base run does not have. */
	isNew: boolean(),
	attempts: array(TestAttempt)
});
const Evidence = object({
	evidenceId: idSchema("evidence"),
	jobId: idSchema("job"),
	/** Which try of the job left it, counted from 1. */
	attempt: int(),
	kind: EvidenceKind,
	name: string(),
	contentType: string(),
	size: int()
});
const ResultPage = object({
	results: array(TestResult),
	evidence: array(Evidence),
	cursor: nullable(string())
});
// action/client/results.ts
/** What a finished run leaves for CI: the failed and flaky tests, and the merged JUnit file. */
/** More than anybody reads in a job summary; the report has them all. */
const MOST_KEPT = 500;
const MOST_PAGES = 500;
/** Bytes of the largest JUnit file that is written to the CI machine's disk. */
const LARGEST_JUNIT = 1073741824;
/** The tests that failed or were flaky. Pages are read only until the run's own counts say that none is left. */
async function readFailures({ wire, credential, runId }, counts) {
	const kept = [];
	const wanted = Math.min(MOST_KEPT, counts ? counts.failed + counts.flaky : 0);
	let cursor = null;
	for (let page = 0; kept.length < wanted && page < MOST_PAGES; page++) {
		const call = {
			what: "reading the results",
			method: "GET",
			path: `/v1/runs/${runId}/results${cursor === null ? "" : `?cursor=${encodeURIComponent(cursor)}`}`,
			credential
		};
		const answer = await requestJson(wire, call, ResultPage);
		kept.push(...answer.results.filter(({ outcome }) => outcome === "failed" || outcome === "flaky"));
		cursor = answer.cursor;
		if (cursor === null) break;
	}
	return kept.slice(0, MOST_KEPT);
}
/**
* Writes the run's JUnit file, whole or not at all. False where the run has none.
*
* @throws BrokenError, RefusedError
*/
async function writeJunit({ wire, credential, runId }, path) {
	const unfinished = `${path}.part`;
	await mkdir(dirname(path), { recursive: true });
	try {
		await request(wire, {
			what: "reading the JUnit file",
			method: "GET",
			path: `/v1/runs/${runId}/junit.xml`,
			credential
		}, ({ chunks }) => pipeline(limited(chunks, LARGEST_JUNIT), createWriteStream(unfinished)));
		await rename(unfinished, path);
		return true;
	} catch (error) {
		if (error instanceof RefusedError && (error.code === "not_found" || error.code === "gone")) return false;
		throw error;
	} finally {
		await rm(unfinished, { force: true });
	}
}
async function* limited(chunks, limit) {
	let size = 0;
	for await (const chunk of chunks) {
		size += chunk.length;
		if (size > limit) throw new RefusedError("The JUnit file of this run is larger than 1 GiB; read it on the report instead.");
		yield chunk;
	}
}
// action/client/run-progress.ts
/** So many jobs are named in one line; the rest is counted. */
const NAMED = 4;
function newRunProgress(environment) {
	const ticker = newTicker(environment);
	const jobs = /* @__PURE__ */ new Map();
	const unsaid = /* @__PURE__ */ new Set();
	let attention = null;
	const update = (job) => {
		if (jobs.get(job.jobId)?.state !== job.state) unsaid.add(job.jobId);
		jobs.set(job.jobId, job);
	};
	const text = () => {
		const changed = [...unsaid].flatMap((id) => jobs.get(id) ?? []);
		unsaid.clear();
		return line(changed, [...jobs.values()]);
	};
	const say = () => {
		if (unsaid.size > 0) ticker.say(text);
	};
	return {
		show(run) {
			run.jobs.forEach(update);
			if (run.attention !== attention && run.attention === "stale") environment.log.warning("The farm has not answered for a while; the run goes on.");
			attention = run.attention;
			if (run.state === "finished" && unsaid.size > 0) environment.log.line(text());
			else say();
		},
		change({ job }) {
			if (job) update(job);
			say();
		},
		catchUp: say
	};
}
function line(changed, all) {
	const named = changed.slice(0, NAMED).map((job) => `${job.device} on ${job.farm}: ${job.verdict ?? job.state}`);
	if (changed.length > NAMED) named.push(`${changed.length - NAMED} more`);
	return `[${all.filter(({ state }) => state === "finished").length} of ${all.length} jobs finished] ${named.join("; ")}`;
}
// action/client/submit.ts
/**
* The story of a submission: find the files, prove who asks, upload, start the run, follow it, fetch what it leaves.
*
* It knows no CI vendor. The shells (`action/main.ts` for GitHub) translate inputs into `Submission` and outcomes into
* outputs.
*/
/**
* Submits a build and, unless told otherwise, waits for the verdict.
*
* @throws UsageError, RefusedError, BrokenError, CancelledError; a run that was started is cancelled before the last one
*/
async function submit(submission, environment, callbacks) {
	const wire = {
		base: submission.server,
		environment,
		line: new Line()
	};
	const key = newProofKey();
	const ci = submission.token === null ? capability(wire, key) : bearer(submission.token, "token");
	const files = [];
	try {
		const { app, tests, folder } = submission;
		files.push(await findFile("app", app, folder));
		if (tests !== null) files.push(await findFile("tests", tests, folder));
		const artifacts = await uploadAll(wire, ci, files);
		const started = await startRun(wire, ci, {
			...submission.run,
			artifacts
		});
		environment.log.mask(started.handle);
		environment.log.mask(started.cancelHandle);
		callbacks.onStarted(started);
		environment.log.line(`Run ${started.runId}: ${started.reportUrl}`);
		return await waitForIt(submission, wire, submission.token === null ? bound(started.handle, key) : bearer(started.handle), started);
	} finally {
		await Promise.all(files.map((file) => file.close()));
		const token = ci.current?.();
		if (token) await revoke(wire, token);
	}
}
async function uploadAll(wire, ci, files) {
	const artifacts = [];
	const { log } = wire.environment;
	log.startGroup("Upload");
	try {
		for (const file of files) artifacts.push({
			artifactId: await upload(wire, ci, file),
			role: file.input
		});
	} finally {
		log.endGroup();
	}
	return artifacts;
}
async function waitForIt(submission, wire, handle, started) {
	try {
		if (wire.environment.signal.aborted) throw new CancelledError();
		if (submission.run.wait === false) return {
			kind: "started",
			started
		};
		const following = {
			wire,
			credential: handle,
			runId: started.runId
		};
		const run = await follow({
			...following,
			progress: newRunProgress(wire.environment)
		});
		return {
			kind: "finished",
			started,
			run,
			...await collect(submission, following, run)
		};
	} catch (error) {
		if (!(error instanceof CancelledError)) throw error;
		throw await cancelled(wire, handle, started.runId);
	}
}
/** The verdict stands already: what cannot be fetched any more is said, and changes nothing. */
async function collect(submission, source, run) {
	const { log } = source.wire.environment;
	const orWarn = async (what, otherwise) => {
		try {
			return await what;
		} catch (error) {
			if (error instanceof CancelledError) throw error;
			log.warning(error.message);
			return otherwise;
		}
	};
	const failures = await orWarn(readFailures(source, run.counts), []);
	const path = submission.junit === null ? null : resolve(submission.junitFolder, submission.junit);
	return {
		failures,
		junit: path !== null && await orWarn(writeJunit(source, path), false) ? submission.junit : null
	};
}
async function cancelled(wire, handle, runId) {
	try {
		const run = await cancelRun(wire, handle, runId);
		return new CancelledError(`The CI job was cancelled, and the run with it (${run.title}).`);
	} catch (error) {
		return new CancelledError(`The CI job was cancelled; the run was not (${error.message}).`, true);
	}
}
// action/inputs.ts
/** @throws UsageError */
function parseInputs(read) {
	const inputs = {
		server: parseServer(read("server")),
		app: read("app") || null,
		tests: read("tests") || null,
		artifact: read("artifact") || null,
		token: read("token") || null,
		junit: read("junit") || null,
		run: {
			farms: lines(read("farm"), "farm", 10, 100),
			framework: oneOf(read, "framework", ["auto", ...Framework.options], "auto"),
			devices: lines(read("devices"), "devices", 100, 200),
			shards: read("shards") === "" || read("shards") === "auto" ? "auto" : integer(read, "shards", 1, 100, 1),
			retries: integer(read, "retries", 0, 10, 0),
			env: parseEnv(read("env")),
			timeout: integer(read, "timeout", 1, 1440, 30),
			queueTimeout: integer(read, "queue-timeout", 1, 1440, 30),
			failOn: oneOf(read, "fail-on", FailOn.options, "new"),
			name: parseName(read("name")),
			wait: parseBoolean(read("wait"), "wait", true)
		}
	};
	if (inputs.app === null && inputs.artifact === null) throw new UsageError("app", "is required: the path or glob of one APK, AAB or IPA (or name a workflow artifact in `artifact`).");
	return inputs;
}
/** The server's URL without a slash at the end. Only to this machine may it be plain http. */
function parseServer(text) {
	if (text === "") throw new UsageError("server", "is required: the URL of your Devicelane backend.");
	const url = URL.canParse(text) ? new URL(text) : null;
	const loopback = url && /^(localhost|127(\.\d{1,3}){3}|\[::1\])$/.test(url.hostname);
	if (!url || url.protocol !== "https:" && !(url.protocol === "http:" && loopback)) throw new UsageError("server", `must be a URL that begins with https://, such as https://devicelane.example.com.`);
	if (url.username || url.password || url.search || url.hash) throw new UsageError("server", "must be a plain URL: no user name, no password, nothing after ? or #.");
	return url.origin + url.pathname.replace(/\/+$/, "");
}
/** Lines without comments and blanks. */
function lines(text, input, most, longest) {
	const found = text.split(/\r?\n/).map((line) => line.trim()).filter((line) => line !== "" && !line.startsWith("#"));
	if (found.length > most) throw new UsageError(input, `has ${found.length} lines; at most ${most} are taken.`);
	for (const line of found) if (line.length > longest || /\p{Cc}/u.test(line)) throw new UsageError(input, `a line must be at most ${longest} characters long, without control characters.`);
	return found;
}
function integer(read, input, least, most, otherwise) {
	const text = read(input);
	if (text === "") return otherwise;
	const value = /^\d{1,6}$/.test(text) ? Number(text) : NaN;
	if (value >= least && value <= most) return value;
	throw new UsageError(input, `must be a whole number from ${least} to ${most}, not ${quote(text)}.`);
}
function oneOf(read, input, allowed, otherwise) {
	const text = read(input) || otherwise;
	const found = allowed.find((value) => value === text);
	if (found === void 0) throw new UsageError(input, `must be one of ${allowed.join(", ")}, not ${quote(text)}.`);
	return found;
}
function parseBoolean(text, input, otherwise) {
	if (text === "") return otherwise;
	if (/^(true|True|TRUE)$/.test(text)) return true;
	if (/^(false|False|FALSE)$/.test(text)) return false;
	throw new UsageError(input, `must be true or false, not ${quote(text)}.`);
}
function parseName(text) {
	if (text.length > 100 || /\p{Cc}/u.test(text)) throw new UsageError("name", "must be one line of at most 100 characters.");
	return text || "Devicelane";
}
function parseEnv(text) {
	const found = /* @__PURE__ */ new Map();
	for (const line of text.split(/\r?\n/)) {
		const trimmed = line.trim();
		if (trimmed === "" || trimmed.startsWith("#")) continue;
		const equals = trimmed.indexOf("=");
		const key = trimmed.slice(0, Math.max(0, equals)).trim();
		if (!/^[A-Za-z_]\w{0,99}$/.test(key)) throw new UsageError("env", `each line must be KEY=value, with a KEY of letters, digits and _; one is not.`);
		if (found.has(key)) throw new UsageError("env", `${key} is given twice.`);
		const value = trimmed.slice(equals + 1);
		if (value.length > 4096) throw new UsageError("env", `the value of ${key} is longer than 4096 characters.`);
		found.set(key, value);
	}
	return Object.fromEntries(found);
}
function quote(text) {
	return JSON.stringify(text.length > 60 ? `${text.slice(0, 60)}…` : text);
}
// action/summary.ts
/** Bytes. GitHub drops a step's whole summary above 1 MiB, which other lines of the step share. */
const SUMMARY_LIMIT = 9e5;
const LONGEST_NAME = 300;
const LONGEST_MESSAGE = 2e3;
const MOST_DEVICES = 200;
/** The summary, in at most `limit` bytes; what is left out is counted. */
function renderSummary(run, failures, limit = SUMMARY_LIMIT) {
	return withinLimit([
		`<h2>${escapeText(run.name)}: ${escapeText(run.title)}</h2>`,
		`<p>${link(run.reportUrl, "Open the report")}${countsOf(run)}</p>`,
		deviceTable(run.jobs)
	].join("\n\n"), failures.map(failureOf), Math.max(failures.length, failedOf(run)), limit);
}
function failedOf(run) {
	return run.counts ? run.counts.failed + run.counts.flaky : 0;
}
/** As many of the blocks as fit, and a line that counts the rest of `total`. */
function withinLimit(head, blocks, total, limit) {
	const reserve = 200;
	const shown = [];
	let size = Buffer.byteLength(head) + reserve;
	for (const block of blocks) {
		size += Buffer.byteLength(block) + 2;
		if (size > limit) break;
		shown.push(block);
	}
	const left = total - shown.length;
	const title = total > 0 ? ["<h3>What failed</h3>"] : [];
	const rest = left > 0 ? [`<p>${left} more: see the report.</p>`] : [];
	return `${[
		head,
		...title,
		...shown,
		...rest
	].join("\n\n")}\n`;
}
function countsOf(run) {
	if (!run.counts) return "";
	const { total, passed, failed, newFailures, flaky, skipped } = run.counts;
	return ` · ${total} tests: ${passed} passed, ${failed} failed (${newFailures} new), ${flaky} flaky, ${skipped} skipped · ${run.deviceMinutes} device minutes`;
}
function deviceTable(jobs) {
	const heads = [
		"Farm",
		"Device",
		"Verdict",
		"Passed",
		"Failed",
		"Flaky",
		"Skipped",
		"Why"
	];
	const rows = jobs.slice(0, MOST_DEVICES).map((job) => {
		const { counts, shard } = job;
		const device = shard.count > 1 ? `${job.device} (${shard.index} of ${shard.count})` : job.device;
		const numbers = [
			counts?.passed,
			counts?.failed,
			counts?.flaky,
			counts?.skipped
		].map((count) => String(count ?? "–"));
		return row("td", [
			job.farm,
			device,
			job.verdict ?? job.state,
			...numbers,
			job.reason ?? ""
		]);
	});
	if (jobs.length > MOST_DEVICES) rows.push(row("td", [`${jobs.length - MOST_DEVICES} more: see the report`]));
	return `<table>\n${row("th", heads)}\n${rows.join("\n")}\n</table>`;
}
function row(cell, texts) {
	return `<tr>${texts.map((text) => `<${cell}>${escapeText(cut(text, LONGEST_NAME))}</${cell}>`).join("")}</tr>`;
}
function failureOf(test) {
	const name = escapeText(cut(test.suite === "" ? test.name : `${test.suite} › ${test.name}`, LONGEST_NAME));
	const kind = test.outcome === "flaky" ? "flaky" : test.isNew ? "new" : "fails on the base branch too";
	return `<details><summary>${name} — ${escapeText(cut(`${test.device} on ${test.farm}`, LONGEST_NAME))} (${kind})</summary>\n<pre>${escapeText(cut(test.attempts.findLast((attempt) => attempt.message !== null)?.message ?? "no message", LONGEST_MESSAGE))}</pre>\n</details>`;
}
function link(url, text) {
	return /^https?:\/\//.test(url) ? `<a href="${escapeText(url)}">${text}</a>` : escapeText(url);
}
function cut(text, length) {
	return text.length > length ? `${text.slice(0, length).toWellFormed()}…` : text;
}
/**
* Every punctuation character of ASCII as a numeric reference, so that neither HTML nor Markdown finds anything to act on;
* a line break too, since an empty line would end the HTML block.
*/
function escapeText(text) {
	return text.replace(/[^\P{Cc}\n]|[\u200e\u200f\u202a-\u202e\u2066-\u2069]/gu, " ").replace(/[!-+/:-@[-`{-~\n]/g, (character) => `&#${character.charCodeAt(0)};`);
}
// action/main.ts
/** The step on GitHub: translates inputs into a submission, and its outcome into outputs, a summary and an exit code. */
const WAITS = "This pull request comes from a fork, so nothing was run yet: its files wait for a maintainer, who approves the run with the button on its check. The check tells how it ends.";
/** Runs the step. Never throws: what goes wrong is an error annotation and an exit code. */
async function runStep(env) {
	const cancelled = new AbortController();
	for (const signal of ["SIGINT", "SIGTERM"]) process.on(signal, () => cancelled.abort());
	const environment = {
		fetch,
		getIdToken,
		log,
		clock: realClock,
		random: Math.random,
		signal: cancelled.signal
	};
	try {
		const inputs = parseInputs(readInput);
		if (inputs.token !== null) log.mask(inputs.token);
		useProxyOf(env);
		const ci = await readCi(inputs, env);
		const submission = await toSubmission(inputs, ci, env);
		if (ci.fromFork) {
			await leaveForApproval(submission, env);
			saveFinished();
			return;
		}
		const outcome = await submit(submission, environment, { onStarted({ runId, reportUrl, cancelHandle }) {
			saveState({
				server: inputs.server,
				runId,
				cancelHandle
			});
			setOutput("run-id", runId);
			setOutput("report-url", reportUrl);
		} });
		saveFinished();
		await report(outcome);
	} catch (error) {
		if (!(error instanceof CancelledError && error.runLeft)) saveFinished();
		fail(sentenceOf(error), error instanceof SubmissionError ? error.exitCode : 4);
	}
}
async function readCi(inputs, env) {
	const vendor = detectCi(env);
	if (!vendor) throw new RefusedError("This is no CI that Devicelane knows: GITHUB_ACTIONS is not set.");
	const ci = await vendor.read(env, (path) => readFile(path, "utf8"));
	if (!/^[0-9a-f]{40,64}$/.test(ci.commit.sha) || /^0+$/.test(ci.commit.sha)) throw new RefusedError("This event is about no commit: there is nothing to test.");
	if (!ci.fromFork && ci.noIdToken !== null && inputs.token === null) throw new RefusedError(ci.noIdToken);
	return ci;
}
async function toSubmission(inputs, ci, env) {
	const { server, tests, token, junit } = inputs;
	const run = {
		...inputs.run,
		commit: ci.commit,
		...ci.changeRequest && { changeRequest: ci.changeRequest }
	};
	if (inputs.artifact === null) {
		if (inputs.app === null) throw new UsageError("app", "is required.");
		return {
			server,
			app: inputs.app,
			tests,
			folder: ci.folder,
			token,
			junit,
			junitFolder: ci.folder,
			run
		};
	}
	const { downloadWorkflowArtifact } = await import("./artifact.js");
	const downloaded = await downloadWorkflowArtifact(inputs.artifact, env.RUNNER_TEMP ?? tmpdir());
	if ("missing" in downloaded) throw new UsageError("artifact", downloaded.missing);
	if ("refused" in downloaded) throw new RefusedError(`artifact: ${downloaded.refused}`);
	const { folder } = downloaded;
	return {
		server,
		app: inputs.app ?? "**/*",
		tests,
		folder,
		token,
		junit,
		junitFolder: ci.folder,
		run
	};
}
/** A fork's workflow proves nothing: its files wait in a workflow artifact, and the backend fetches them once it may. */
async function leaveForApproval(submission, env) {
	const { name, folder, paths } = await leaveFiles(submission, env.RUNNER_TEMP ?? tmpdir());
	const { uploadWorkflowArtifact } = await import("./artifact.js");
	const failure = await uploadWorkflowArtifact(name, folder, paths);
	await rm(folder, {
		recursive: true,
		force: true
	});
	if (failure) throw new BrokenError(`The files could not be left for approval (${failure.failed}).`);
	log.line(WAITS);
	await writeSummary(`<h2>${escapeText(submission.run.name ?? "Devicelane")}: waits for approval</h2>\n\n<p>${WAITS}</p>\n`);
}
async function report(outcome) {
	if (outcome.kind === "started") {
		log.line("The run goes on without this job: the check on the pull request will tell.");
		return;
	}
	const { run, failures, junit } = outcome;
	setOutput("verdict", run.verdict ?? "");
	setOutput("passed", run.counts?.passed ?? 0);
	setOutput("failed", run.counts?.failed ?? 0);
	setOutput("new-failures", run.counts?.newFailures ?? 0);
	setOutput("flaky", run.counts?.flaky ?? 0);
	setOutput("skipped", run.counts?.skipped ?? 0);
	setOutput("device-minutes", run.deviceMinutes);
	setOutput("junit", junit ?? "");
	await writeSummary(renderSummary(run, failures));
	const lines = outcomeLines(run, failures);
	if (lines.length > 0) log.startGroup("What failed");
	for (const line of lines) log.line(line);
	if (lines.length > 0) log.endGroup();
	const exitCode = run.verdict === null ? 4 : run.exitCode ?? 4;
	if (exitCode === 0) log.line(run.title);
	else fail(`${run.title} ${run.reportUrl}`, exitCode);
}
function sentenceOf(error) {
	if (error instanceof SubmissionError) return error.message;
	return `The step failed in a way that it should not: ${error.message ?? String(error)}`;
}
// action/index.ts
/** What `action.yml` starts. */
await runStep(process.env);
export {};
