import { createRequire } from "node:module";
import { readFile } from "node:fs/promises";
import * as os from "os";
import os$1, { EOL } from "os";
import * as crypto from "crypto";
import * as fs from "fs";
import { constants, promises } from "fs";
import "path";
import * as http$1 from "http";
import * as https from "https";
import * as events from "events";
import "child_process";
import "timers";
import { setTimeout as setTimeout$2 } from "node:timers/promises";
import { createHash, hash, randomUUID } from "node:crypto";
import { constants as constants$1, zstdCompress } from "node:zlib";
import { promisify } from "node:util";
import * as http from "node:http";
// \0rolldown/runtime.js
var __create = Object.create;
var __defProp = Object.defineProperty;
var __getOwnPropDesc = Object.getOwnPropertyDescriptor;
var __getOwnPropNames = Object.getOwnPropertyNames;
var __getProtoOf = Object.getPrototypeOf;
var __hasOwnProp = Object.prototype.hasOwnProperty;
var __commonJSMin = (cb, mod) => () => (mod || (cb((mod = { exports: {} }).exports, mod, mod.exports), cb = null), mod.exports);
var __copyProps = (to, from, except, desc) => {
	if (from && typeof from === "object" || typeof from === "function") for (var keys = __getOwnPropNames(from), i = 0, n = keys.length, key; i < n; i++) {
		key = keys[i];
		if (!__hasOwnProp.call(to, key) && key !== except) __defProp(to, key, {
			get: ((k) => from[k]).bind(null, key),
			enumerable: !(desc = __getOwnPropDesc(from, key)) || desc.enumerable
		});
	}
	return to;
};
var __toESM = (mod, isNodeMode, target) => (target = mod != null ? __create(__getProtoOf(mod)) : {}, __copyProps(isNodeMode || !mod || !mod.__esModule || !__hasOwnProp.call(mod, "default") ? __defProp(target, "default", {
	value: mod,
	enumerable: true
}) : target, mod));
var __require = /* #__PURE__ */ (() => createRequire(import.meta.url))();
// node_modules/@actions/core/lib/utils.js
/**
* Sanitizes an input into a string so it can be passed into issueCommand safely
* @param input input to sanitize into a string
*/
function toCommandValue(input) {
	if (input === null || input === void 0) return "";
	else if (typeof input === "string" || input instanceof String) return input;
	return JSON.stringify(input);
}
/**
*
* @param annotationProperties
* @returns The command properties to send with the actual annotation command
* See IssueCommandProperties: https://github.com/actions/runner/blob/main/src/Runner.Worker/ActionCommandManager.cs#L646
*/
function toCommandProperties(annotationProperties) {
	if (!Object.keys(annotationProperties).length) return {};
	return {
		title: annotationProperties.title,
		file: annotationProperties.file,
		line: annotationProperties.startLine,
		endLine: annotationProperties.endLine,
		col: annotationProperties.startColumn,
		endColumn: annotationProperties.endColumn
	};
}
// node_modules/@actions/core/lib/command.js
/**
* Issues a command to the GitHub Actions runner
*
* @param command - The command name to issue
* @param properties - Additional properties for the command (key-value pairs)
* @param message - The message to include with the command
* @remarks
* This function outputs a specially formatted string to stdout that the Actions
* runner interprets as a command. These commands can control workflow behavior,
* set outputs, create annotations, mask values, and more.
*
* Command Format:
*   ::name key=value,key=value::message
*
* @example
* ```typescript
* // Issue a warning annotation
* issueCommand('warning', {}, 'This is a warning message');
* // Output: ::warning::This is a warning message
*
* // Set an environment variable
* issueCommand('set-env', { name: 'MY_VAR' }, 'some value');
* // Output: ::set-env name=MY_VAR::some value
*
* // Add a secret mask
* issueCommand('add-mask', {}, 'secretValue123');
* // Output: ::add-mask::secretValue123
* ```
*
* @internal
* This is an internal utility function that powers the public API functions
* such as setSecret, warning, error, and exportVariable.
*/
function issueCommand(command, properties, message) {
	const cmd = new Command(command, properties, message);
	process.stdout.write(cmd.toString() + os.EOL);
}
function issue(name, message = "") {
	issueCommand(name, {}, message);
}
const CMD_STRING = "::";
var Command = class {
	constructor(command, properties, message) {
		if (!command) command = "missing.command";
		this.command = command;
		this.properties = properties;
		this.message = message;
	}
	toString() {
		let cmdStr = CMD_STRING + this.command;
		if (this.properties && Object.keys(this.properties).length > 0) {
			cmdStr += " ";
			let first = true;
			for (const key in this.properties) if (this.properties.hasOwnProperty(key)) {
				const val = this.properties[key];
				if (val) {
					if (first) first = false;
					else cmdStr += ",";
					cmdStr += `${key}=${escapeProperty(val)}`;
				}
			}
		}
		cmdStr += `${CMD_STRING}${escapeData(this.message)}`;
		return cmdStr;
	}
};
function escapeData(s) {
	return toCommandValue(s).replace(/%/g, "%25").replace(/\r/g, "%0D").replace(/\n/g, "%0A");
}
function escapeProperty(s) {
	return toCommandValue(s).replace(/%/g, "%25").replace(/\r/g, "%0D").replace(/\n/g, "%0A").replace(/:/g, "%3A").replace(/,/g, "%2C");
}
// node_modules/@actions/core/lib/file-command.js
function issueFileCommand(command, message) {
	const filePath = process.env[`GITHUB_${command}`];
	if (!filePath) throw new Error(`Unable to find environment variable for file command ${command}`);
	if (!fs.existsSync(filePath)) throw new Error(`Missing file at path: ${filePath}`);
	fs.appendFileSync(filePath, `${toCommandValue(message)}${os.EOL}`, { encoding: "utf8" });
}
function prepareKeyValueMessage(key, value) {
	const delimiter = `ghadelimiter_${crypto.randomUUID()}`;
	const convertedValue = toCommandValue(value);
	if (key.includes(delimiter)) throw new Error(`Unexpected input: name should not contain the delimiter "${delimiter}"`);
	if (convertedValue.includes(delimiter)) throw new Error(`Unexpected input: value should not contain the delimiter "${delimiter}"`);
	return `${key}<<${delimiter}${os.EOL}${convertedValue}${os.EOL}${delimiter}`;
}
// node_modules/@actions/http-client/lib/proxy.js
function getProxyUrl(reqUrl) {
	const usingSsl = reqUrl.protocol === "https:";
	if (checkBypass(reqUrl)) return;
	const proxyVar = (() => {
		if (usingSsl) return process.env["https_proxy"] || process.env["HTTPS_PROXY"];
		else return process.env["http_proxy"] || process.env["HTTP_PROXY"];
	})();
	if (proxyVar) try {
		return new DecodedURL(proxyVar);
	} catch (_a) {
		if (!proxyVar.startsWith("http://") && !proxyVar.startsWith("https://")) return new DecodedURL(`http://${proxyVar}`);
	}
	else return;
}
function checkBypass(reqUrl) {
	if (!reqUrl.hostname) return false;
	const reqHost = reqUrl.hostname;
	if (isLoopbackAddress(reqHost)) return true;
	const noProxy = process.env["no_proxy"] || process.env["NO_PROXY"] || "";
	if (!noProxy) return false;
	let reqPort;
	if (reqUrl.port) reqPort = Number(reqUrl.port);
	else if (reqUrl.protocol === "http:") reqPort = 80;
	else if (reqUrl.protocol === "https:") reqPort = 443;
	const upperReqHosts = [reqUrl.hostname.toUpperCase()];
	if (typeof reqPort === "number") upperReqHosts.push(`${upperReqHosts[0]}:${reqPort}`);
	for (const upperNoProxyItem of noProxy.split(",").map((x) => x.trim().toUpperCase()).filter((x) => x)) if (upperNoProxyItem === "*" || upperReqHosts.some((x) => x === upperNoProxyItem || x.endsWith(`.${upperNoProxyItem}`) || upperNoProxyItem.startsWith(".") && x.endsWith(`${upperNoProxyItem}`))) return true;
	return false;
}
function isLoopbackAddress(host) {
	const hostLower = host.toLowerCase();
	return hostLower === "localhost" || hostLower.startsWith("127.") || hostLower.startsWith("[::1]") || hostLower.startsWith("[0:0:0:0:0:0:0:1]");
}
var DecodedURL = class extends URL {
	constructor(url, base) {
		super(url, base);
		this._decodedUsername = decodeURIComponent(super.username);
		this._decodedPassword = decodeURIComponent(super.password);
	}
	get username() {
		return this._decodedUsername;
	}
	get password() {
		return this._decodedPassword;
	}
};
// node_modules/tunnel/lib/tunnel.js
var require_tunnel$1 = /* @__PURE__ */ __commonJSMin(((exports) => {
	__require("net");
	var tls = __require("tls");
	var http = __require("http");
	var https = __require("https");
	var events = __require("events");
	__require("assert");
	var util = __require("util");
	exports.httpOverHttp = httpOverHttp;
	exports.httpsOverHttp = httpsOverHttp;
	exports.httpOverHttps = httpOverHttps;
	exports.httpsOverHttps = httpsOverHttps;
	function httpOverHttp(options) {
		var agent = new TunnelingAgent(options);
		agent.request = http.request;
		return agent;
	}
	function httpsOverHttp(options) {
		var agent = new TunnelingAgent(options);
		agent.request = http.request;
		agent.createSocket = createSecureSocket;
		agent.defaultPort = 443;
		return agent;
	}
	function httpOverHttps(options) {
		var agent = new TunnelingAgent(options);
		agent.request = https.request;
		return agent;
	}
	function httpsOverHttps(options) {
		var agent = new TunnelingAgent(options);
		agent.request = https.request;
		agent.createSocket = createSecureSocket;
		agent.defaultPort = 443;
		return agent;
	}
	function TunnelingAgent(options) {
		var self = this;
		self.options = options || {};
		self.proxyOptions = self.options.proxy || {};
		self.maxSockets = self.options.maxSockets || http.Agent.defaultMaxSockets;
		self.requests = [];
		self.sockets = [];
		self.on("free", function onFree(socket, host, port, localAddress) {
			var options = toOptions(host, port, localAddress);
			for (var i = 0, len = self.requests.length; i < len; ++i) {
				var pending = self.requests[i];
				if (pending.host === options.host && pending.port === options.port) {
					self.requests.splice(i, 1);
					pending.request.onSocket(socket);
					return;
				}
			}
			socket.destroy();
			self.removeSocket(socket);
		});
	}
	util.inherits(TunnelingAgent, events.EventEmitter);
	TunnelingAgent.prototype.addRequest = function addRequest(req, host, port, localAddress) {
		var self = this;
		var options = mergeOptions({ request: req }, self.options, toOptions(host, port, localAddress));
		if (self.sockets.length >= this.maxSockets) {
			self.requests.push(options);
			return;
		}
		self.createSocket(options, function(socket) {
			socket.on("free", onFree);
			socket.on("close", onCloseOrRemove);
			socket.on("agentRemove", onCloseOrRemove);
			req.onSocket(socket);
			function onFree() {
				self.emit("free", socket, options);
			}
			function onCloseOrRemove(err) {
				self.removeSocket(socket);
				socket.removeListener("free", onFree);
				socket.removeListener("close", onCloseOrRemove);
				socket.removeListener("agentRemove", onCloseOrRemove);
			}
		});
	};
	TunnelingAgent.prototype.createSocket = function createSocket(options, cb) {
		var self = this;
		var placeholder = {};
		self.sockets.push(placeholder);
		var connectOptions = mergeOptions({}, self.proxyOptions, {
			method: "CONNECT",
			path: options.host + ":" + options.port,
			agent: false,
			headers: { host: options.host + ":" + options.port }
		});
		if (options.localAddress) connectOptions.localAddress = options.localAddress;
		if (connectOptions.proxyAuth) {
			connectOptions.headers = connectOptions.headers || {};
			connectOptions.headers["Proxy-Authorization"] = "Basic " + new Buffer(connectOptions.proxyAuth).toString("base64");
		}
		debug("making CONNECT request");
		var connectReq = self.request(connectOptions);
		connectReq.useChunkedEncodingByDefault = false;
		connectReq.once("response", onResponse);
		connectReq.once("upgrade", onUpgrade);
		connectReq.once("connect", onConnect);
		connectReq.once("error", onError);
		connectReq.end();
		function onResponse(res) {
			res.upgrade = true;
		}
		function onUpgrade(res, socket, head) {
			process.nextTick(function() {
				onConnect(res, socket, head);
			});
		}
		function onConnect(res, socket, head) {
			connectReq.removeAllListeners();
			socket.removeAllListeners();
			if (res.statusCode !== 200) {
				debug("tunneling socket could not be established, statusCode=%d", res.statusCode);
				socket.destroy();
				var error = /* @__PURE__ */ new Error("tunneling socket could not be established, statusCode=" + res.statusCode);
				error.code = "ECONNRESET";
				options.request.emit("error", error);
				self.removeSocket(placeholder);
				return;
			}
			if (head.length > 0) {
				debug("got illegal response body from proxy");
				socket.destroy();
				var error = /* @__PURE__ */ new Error("got illegal response body from proxy");
				error.code = "ECONNRESET";
				options.request.emit("error", error);
				self.removeSocket(placeholder);
				return;
			}
			debug("tunneling connection has established");
			self.sockets[self.sockets.indexOf(placeholder)] = socket;
			return cb(socket);
		}
		function onError(cause) {
			connectReq.removeAllListeners();
			debug("tunneling socket could not be established, cause=%s\n", cause.message, cause.stack);
			var error = /* @__PURE__ */ new Error("tunneling socket could not be established, cause=" + cause.message);
			error.code = "ECONNRESET";
			options.request.emit("error", error);
			self.removeSocket(placeholder);
		}
	};
	TunnelingAgent.prototype.removeSocket = function removeSocket(socket) {
		var pos = this.sockets.indexOf(socket);
		if (pos === -1) return;
		this.sockets.splice(pos, 1);
		var pending = this.requests.shift();
		if (pending) this.createSocket(pending, function(socket) {
			pending.request.onSocket(socket);
		});
	};
	function createSecureSocket(options, cb) {
		var self = this;
		TunnelingAgent.prototype.createSocket.call(self, options, function(socket) {
			var hostHeader = options.request.getHeader("host");
			var tlsOptions = mergeOptions({}, self.options, {
				socket,
				servername: hostHeader ? hostHeader.replace(/:.*$/, "") : options.host
			});
			var secureSocket = tls.connect(0, tlsOptions);
			self.sockets[self.sockets.indexOf(socket)] = secureSocket;
			cb(secureSocket);
		});
	}
	function toOptions(host, port, localAddress) {
		if (typeof host === "string") return {
			host,
			port,
			localAddress
		};
		return host;
	}
	function mergeOptions(target) {
		for (var i = 1, len = arguments.length; i < len; ++i) {
			var overrides = arguments[i];
			if (typeof overrides === "object") {
				var keys = Object.keys(overrides);
				for (var j = 0, keyLen = keys.length; j < keyLen; ++j) {
					var k = keys[j];
					if (overrides[k] !== void 0) target[k] = overrides[k];
				}
			}
		}
		return target;
	}
	var debug;
	if (process.env.NODE_DEBUG && /\btunnel\b/.test(process.env.NODE_DEBUG)) debug = function() {
		var args = Array.prototype.slice.call(arguments);
		if (typeof args[0] === "string") args[0] = "TUNNEL: " + args[0];
		else args.unshift("TUNNEL:");
		console.error.apply(console, args);
	};
	else debug = function() {};
}));
// \0without-undici
var import_tunnel = /* @__PURE__ */ __toESM((/* @__PURE__ */ __commonJSMin(((exports, module) => {
	module.exports = require_tunnel$1();
})))(), 1);
var ProxyAgent = class {
	constructor() {
		throw new Error("undici is not part of this bundle");
	}
};
// node_modules/@actions/http-client/lib/index.js
var __awaiter$9 = function(thisArg, _arguments, P, generator) {
	function adopt(value) {
		return value instanceof P ? value : new P(function(resolve) {
			resolve(value);
		});
	}
	return new (P || (P = Promise))(function(resolve, reject) {
		function fulfilled(value) {
			try {
				step(generator.next(value));
			} catch (e) {
				reject(e);
			}
		}
		function rejected(value) {
			try {
				step(generator["throw"](value));
			} catch (e) {
				reject(e);
			}
		}
		function step(result) {
			result.done ? resolve(result.value) : adopt(result.value).then(fulfilled, rejected);
		}
		step((generator = generator.apply(thisArg, _arguments || [])).next());
	});
};
var HttpCodes;
(function(HttpCodes) {
	HttpCodes[HttpCodes["OK"] = 200] = "OK";
	HttpCodes[HttpCodes["MultipleChoices"] = 300] = "MultipleChoices";
	HttpCodes[HttpCodes["MovedPermanently"] = 301] = "MovedPermanently";
	HttpCodes[HttpCodes["ResourceMoved"] = 302] = "ResourceMoved";
	HttpCodes[HttpCodes["SeeOther"] = 303] = "SeeOther";
	HttpCodes[HttpCodes["NotModified"] = 304] = "NotModified";
	HttpCodes[HttpCodes["UseProxy"] = 305] = "UseProxy";
	HttpCodes[HttpCodes["SwitchProxy"] = 306] = "SwitchProxy";
	HttpCodes[HttpCodes["TemporaryRedirect"] = 307] = "TemporaryRedirect";
	HttpCodes[HttpCodes["PermanentRedirect"] = 308] = "PermanentRedirect";
	HttpCodes[HttpCodes["BadRequest"] = 400] = "BadRequest";
	HttpCodes[HttpCodes["Unauthorized"] = 401] = "Unauthorized";
	HttpCodes[HttpCodes["PaymentRequired"] = 402] = "PaymentRequired";
	HttpCodes[HttpCodes["Forbidden"] = 403] = "Forbidden";
	HttpCodes[HttpCodes["NotFound"] = 404] = "NotFound";
	HttpCodes[HttpCodes["MethodNotAllowed"] = 405] = "MethodNotAllowed";
	HttpCodes[HttpCodes["NotAcceptable"] = 406] = "NotAcceptable";
	HttpCodes[HttpCodes["ProxyAuthenticationRequired"] = 407] = "ProxyAuthenticationRequired";
	HttpCodes[HttpCodes["RequestTimeout"] = 408] = "RequestTimeout";
	HttpCodes[HttpCodes["Conflict"] = 409] = "Conflict";
	HttpCodes[HttpCodes["Gone"] = 410] = "Gone";
	HttpCodes[HttpCodes["TooManyRequests"] = 429] = "TooManyRequests";
	HttpCodes[HttpCodes["InternalServerError"] = 500] = "InternalServerError";
	HttpCodes[HttpCodes["NotImplemented"] = 501] = "NotImplemented";
	HttpCodes[HttpCodes["BadGateway"] = 502] = "BadGateway";
	HttpCodes[HttpCodes["ServiceUnavailable"] = 503] = "ServiceUnavailable";
	HttpCodes[HttpCodes["GatewayTimeout"] = 504] = "GatewayTimeout";
})(HttpCodes || (HttpCodes = {}));
var Headers;
(function(Headers) {
	Headers["Accept"] = "accept";
	Headers["ContentType"] = "content-type";
})(Headers || (Headers = {}));
var MediaTypes;
(function(MediaTypes) {
	MediaTypes["ApplicationJson"] = "application/json";
})(MediaTypes || (MediaTypes = {}));
const HttpRedirectCodes = [
	HttpCodes.MovedPermanently,
	HttpCodes.ResourceMoved,
	HttpCodes.SeeOther,
	HttpCodes.TemporaryRedirect,
	HttpCodes.PermanentRedirect
];
const HttpResponseRetryCodes = [
	HttpCodes.BadGateway,
	HttpCodes.ServiceUnavailable,
	HttpCodes.GatewayTimeout
];
const RetryableHttpVerbs = [
	"OPTIONS",
	"GET",
	"DELETE",
	"HEAD"
];
const ExponentialBackoffCeiling = 10;
const ExponentialBackoffTimeSlice = 5;
var HttpClientError = class HttpClientError extends Error {
	constructor(message, statusCode) {
		super(message);
		this.name = "HttpClientError";
		this.statusCode = statusCode;
		Object.setPrototypeOf(this, HttpClientError.prototype);
	}
};
var HttpClientResponse = class {
	constructor(message) {
		this.message = message;
	}
	readBody() {
		return __awaiter$9(this, void 0, void 0, function* () {
			return new Promise((resolve) => __awaiter$9(this, void 0, void 0, function* () {
				let output = Buffer.alloc(0);
				this.message.on("data", (chunk) => {
					output = Buffer.concat([output, chunk]);
				});
				this.message.on("end", () => {
					resolve(output.toString());
				});
			}));
		});
	}
	readBodyBuffer() {
		return __awaiter$9(this, void 0, void 0, function* () {
			return new Promise((resolve) => __awaiter$9(this, void 0, void 0, function* () {
				const chunks = [];
				this.message.on("data", (chunk) => {
					chunks.push(chunk);
				});
				this.message.on("end", () => {
					resolve(Buffer.concat(chunks));
				});
			}));
		});
	}
};
var HttpClient = class {
	constructor(userAgent, handlers, requestOptions) {
		this._ignoreSslError = false;
		this._allowRedirects = true;
		this._allowRedirectDowngrade = false;
		this._maxRedirects = 50;
		this._allowRetries = false;
		this._maxRetries = 1;
		this._keepAlive = false;
		this._disposed = false;
		this.userAgent = this._getUserAgentWithOrchestrationId(userAgent);
		this.handlers = handlers || [];
		this.requestOptions = requestOptions;
		if (requestOptions) {
			if (requestOptions.ignoreSslError != null) this._ignoreSslError = requestOptions.ignoreSslError;
			this._socketTimeout = requestOptions.socketTimeout;
			if (requestOptions.allowRedirects != null) this._allowRedirects = requestOptions.allowRedirects;
			if (requestOptions.allowRedirectDowngrade != null) this._allowRedirectDowngrade = requestOptions.allowRedirectDowngrade;
			if (requestOptions.maxRedirects != null) this._maxRedirects = Math.max(requestOptions.maxRedirects, 0);
			if (requestOptions.keepAlive != null) this._keepAlive = requestOptions.keepAlive;
			if (requestOptions.allowRetries != null) this._allowRetries = requestOptions.allowRetries;
			if (requestOptions.maxRetries != null) this._maxRetries = requestOptions.maxRetries;
		}
	}
	options(requestUrl, additionalHeaders) {
		return __awaiter$9(this, void 0, void 0, function* () {
			return this.request("OPTIONS", requestUrl, null, additionalHeaders || {});
		});
	}
	get(requestUrl, additionalHeaders) {
		return __awaiter$9(this, void 0, void 0, function* () {
			return this.request("GET", requestUrl, null, additionalHeaders || {});
		});
	}
	del(requestUrl, additionalHeaders) {
		return __awaiter$9(this, void 0, void 0, function* () {
			return this.request("DELETE", requestUrl, null, additionalHeaders || {});
		});
	}
	post(requestUrl, data, additionalHeaders) {
		return __awaiter$9(this, void 0, void 0, function* () {
			return this.request("POST", requestUrl, data, additionalHeaders || {});
		});
	}
	patch(requestUrl, data, additionalHeaders) {
		return __awaiter$9(this, void 0, void 0, function* () {
			return this.request("PATCH", requestUrl, data, additionalHeaders || {});
		});
	}
	put(requestUrl, data, additionalHeaders) {
		return __awaiter$9(this, void 0, void 0, function* () {
			return this.request("PUT", requestUrl, data, additionalHeaders || {});
		});
	}
	head(requestUrl, additionalHeaders) {
		return __awaiter$9(this, void 0, void 0, function* () {
			return this.request("HEAD", requestUrl, null, additionalHeaders || {});
		});
	}
	sendStream(verb, requestUrl, stream, additionalHeaders) {
		return __awaiter$9(this, void 0, void 0, function* () {
			return this.request(verb, requestUrl, stream, additionalHeaders);
		});
	}
	/**
	* Gets a typed object from an endpoint
	* Be aware that not found returns a null.  Other errors (4xx, 5xx) reject the promise
	*/
	getJson(requestUrl_1) {
		return __awaiter$9(this, arguments, void 0, function* (requestUrl, additionalHeaders = {}) {
			additionalHeaders[Headers.Accept] = this._getExistingOrDefaultHeader(additionalHeaders, Headers.Accept, MediaTypes.ApplicationJson);
			const res = yield this.get(requestUrl, additionalHeaders);
			return this._processResponse(res, this.requestOptions);
		});
	}
	postJson(requestUrl_1, obj_1) {
		return __awaiter$9(this, arguments, void 0, function* (requestUrl, obj, additionalHeaders = {}) {
			const data = JSON.stringify(obj, null, 2);
			additionalHeaders[Headers.Accept] = this._getExistingOrDefaultHeader(additionalHeaders, Headers.Accept, MediaTypes.ApplicationJson);
			additionalHeaders[Headers.ContentType] = this._getExistingOrDefaultContentTypeHeader(additionalHeaders, MediaTypes.ApplicationJson);
			const res = yield this.post(requestUrl, data, additionalHeaders);
			return this._processResponse(res, this.requestOptions);
		});
	}
	putJson(requestUrl_1, obj_1) {
		return __awaiter$9(this, arguments, void 0, function* (requestUrl, obj, additionalHeaders = {}) {
			const data = JSON.stringify(obj, null, 2);
			additionalHeaders[Headers.Accept] = this._getExistingOrDefaultHeader(additionalHeaders, Headers.Accept, MediaTypes.ApplicationJson);
			additionalHeaders[Headers.ContentType] = this._getExistingOrDefaultContentTypeHeader(additionalHeaders, MediaTypes.ApplicationJson);
			const res = yield this.put(requestUrl, data, additionalHeaders);
			return this._processResponse(res, this.requestOptions);
		});
	}
	patchJson(requestUrl_1, obj_1) {
		return __awaiter$9(this, arguments, void 0, function* (requestUrl, obj, additionalHeaders = {}) {
			const data = JSON.stringify(obj, null, 2);
			additionalHeaders[Headers.Accept] = this._getExistingOrDefaultHeader(additionalHeaders, Headers.Accept, MediaTypes.ApplicationJson);
			additionalHeaders[Headers.ContentType] = this._getExistingOrDefaultContentTypeHeader(additionalHeaders, MediaTypes.ApplicationJson);
			const res = yield this.patch(requestUrl, data, additionalHeaders);
			return this._processResponse(res, this.requestOptions);
		});
	}
	/**
	* Makes a raw http request.
	* All other methods such as get, post, patch, and request ultimately call this.
	* Prefer get, del, post and patch
	*/
	request(verb, requestUrl, data, headers) {
		return __awaiter$9(this, void 0, void 0, function* () {
			if (this._disposed) throw new Error("Client has already been disposed.");
			const parsedUrl = new URL(requestUrl);
			let info = this._prepareRequest(verb, parsedUrl, headers);
			const maxTries = this._allowRetries && RetryableHttpVerbs.includes(verb) ? this._maxRetries + 1 : 1;
			let numTries = 0;
			let response;
			do {
				response = yield this.requestRaw(info, data);
				if (response && response.message && response.message.statusCode === HttpCodes.Unauthorized) {
					let authenticationHandler;
					for (const handler of this.handlers) if (handler.canHandleAuthentication(response)) {
						authenticationHandler = handler;
						break;
					}
					if (authenticationHandler) return authenticationHandler.handleAuthentication(this, info, data);
					else return response;
				}
				let redirectsRemaining = this._maxRedirects;
				while (response.message.statusCode && HttpRedirectCodes.includes(response.message.statusCode) && this._allowRedirects && redirectsRemaining > 0) {
					const redirectUrl = response.message.headers["location"];
					if (!redirectUrl) break;
					const parsedRedirectUrl = new URL(redirectUrl);
					if (parsedUrl.protocol === "https:" && parsedUrl.protocol !== parsedRedirectUrl.protocol && !this._allowRedirectDowngrade) throw new Error("Redirect from HTTPS to HTTP protocol. This downgrade is not allowed for security reasons. If you want to allow this behavior, set the allowRedirectDowngrade option to true.");
					yield response.readBody();
					if (parsedRedirectUrl.hostname !== parsedUrl.hostname) {
						for (const header in headers) if (header.toLowerCase() === "authorization") delete headers[header];
					}
					info = this._prepareRequest(verb, parsedRedirectUrl, headers);
					response = yield this.requestRaw(info, data);
					redirectsRemaining--;
				}
				if (!response.message.statusCode || !HttpResponseRetryCodes.includes(response.message.statusCode)) return response;
				numTries += 1;
				if (numTries < maxTries) {
					yield response.readBody();
					yield this._performExponentialBackoff(numTries);
				}
			} while (numTries < maxTries);
			return response;
		});
	}
	/**
	* Needs to be called if keepAlive is set to true in request options.
	*/
	dispose() {
		if (this._agent) this._agent.destroy();
		this._disposed = true;
	}
	/**
	* Raw request.
	* @param info
	* @param data
	*/
	requestRaw(info, data) {
		return __awaiter$9(this, void 0, void 0, function* () {
			return new Promise((resolve, reject) => {
				function callbackForResult(err, res) {
					if (err) reject(err);
					else if (!res) reject(/* @__PURE__ */ new Error("Unknown error"));
					else resolve(res);
				}
				this.requestRawWithCallback(info, data, callbackForResult);
			});
		});
	}
	/**
	* Raw request with callback.
	* @param info
	* @param data
	* @param onResult
	*/
	requestRawWithCallback(info, data, onResult) {
		if (typeof data === "string") {
			if (!info.options.headers) info.options.headers = {};
			info.options.headers["Content-Length"] = Buffer.byteLength(data, "utf8");
		}
		let callbackCalled = false;
		function handleResult(err, res) {
			if (!callbackCalled) {
				callbackCalled = true;
				onResult(err, res);
			}
		}
		const req = info.httpModule.request(info.options, (msg) => {
			handleResult(void 0, new HttpClientResponse(msg));
		});
		let socket;
		req.on("socket", (sock) => {
			socket = sock;
		});
		req.setTimeout(this._socketTimeout || 18e4, () => {
			if (socket) socket.end();
			handleResult(/* @__PURE__ */ new Error(`Request timeout: ${info.options.path}`));
		});
		req.on("error", function(err) {
			handleResult(err);
		});
		if (data && typeof data === "string") req.write(data, "utf8");
		if (data && typeof data !== "string") {
			data.on("close", function() {
				req.end();
			});
			data.pipe(req);
		} else req.end();
	}
	/**
	* Gets an http agent. This function is useful when you need an http agent that handles
	* routing through a proxy server - depending upon the url and proxy environment variables.
	* @param serverUrl  The server URL where the request will be sent. For example, https://api.github.com
	*/
	getAgent(serverUrl) {
		const parsedUrl = new URL(serverUrl);
		return this._getAgent(parsedUrl);
	}
	getAgentDispatcher(serverUrl) {
		const parsedUrl = new URL(serverUrl);
		const proxyUrl = getProxyUrl(parsedUrl);
		if (!(proxyUrl && proxyUrl.hostname)) return;
		return this._getProxyAgentDispatcher(parsedUrl, proxyUrl);
	}
	_prepareRequest(method, requestUrl, headers) {
		const info = {};
		info.parsedUrl = requestUrl;
		const usingSsl = info.parsedUrl.protocol === "https:";
		info.httpModule = usingSsl ? https : http$1;
		const defaultPort = usingSsl ? 443 : 80;
		info.options = {};
		info.options.host = info.parsedUrl.hostname;
		info.options.port = info.parsedUrl.port ? parseInt(info.parsedUrl.port) : defaultPort;
		info.options.path = (info.parsedUrl.pathname || "") + (info.parsedUrl.search || "");
		info.options.method = method;
		info.options.headers = this._mergeHeaders(headers);
		if (this.userAgent != null) info.options.headers["user-agent"] = this.userAgent;
		info.options.agent = this._getAgent(info.parsedUrl);
		if (this.handlers) for (const handler of this.handlers) handler.prepareRequest(info.options);
		return info;
	}
	_mergeHeaders(headers) {
		if (this.requestOptions && this.requestOptions.headers) return Object.assign({}, lowercaseKeys(this.requestOptions.headers), lowercaseKeys(headers || {}));
		return lowercaseKeys(headers || {});
	}
	/**
	* Gets an existing header value or returns a default.
	* Handles converting number header values to strings since HTTP headers must be strings.
	* Note: This returns string | string[] since some headers can have multiple values.
	* For headers that must always be a single string (like Content-Type), use the
	* specialized _getExistingOrDefaultContentTypeHeader method instead.
	*/
	_getExistingOrDefaultHeader(additionalHeaders, header, _default) {
		let clientHeader;
		if (this.requestOptions && this.requestOptions.headers) {
			const headerValue = lowercaseKeys(this.requestOptions.headers)[header];
			if (headerValue) clientHeader = typeof headerValue === "number" ? headerValue.toString() : headerValue;
		}
		const additionalValue = additionalHeaders[header];
		if (additionalValue !== void 0) return typeof additionalValue === "number" ? additionalValue.toString() : additionalValue;
		if (clientHeader !== void 0) return clientHeader;
		return _default;
	}
	/**
	* Specialized version of _getExistingOrDefaultHeader for Content-Type header.
	* Always returns a single string (not an array) since Content-Type should be a single value.
	* Converts arrays to comma-separated strings and numbers to strings to ensure type safety.
	* This was split from _getExistingOrDefaultHeader to provide stricter typing for callers
	* that assign the result to places expecting a string (e.g., additionalHeaders[Headers.ContentType]).
	*/
	_getExistingOrDefaultContentTypeHeader(additionalHeaders, _default) {
		let clientHeader;
		if (this.requestOptions && this.requestOptions.headers) {
			const headerValue = lowercaseKeys(this.requestOptions.headers)[Headers.ContentType];
			if (headerValue) {
				if (typeof headerValue === "number") clientHeader = String(headerValue);
				else if (Array.isArray(headerValue)) clientHeader = headerValue.join(", ");
				else clientHeader = headerValue;
			}
		}
		const additionalValue = additionalHeaders[Headers.ContentType];
		if (additionalValue !== void 0) {
			if (typeof additionalValue === "number") return String(additionalValue);
			else if (Array.isArray(additionalValue)) return additionalValue.join(", ");
			else return additionalValue;
		}
		if (clientHeader !== void 0) return clientHeader;
		return _default;
	}
	_getAgent(parsedUrl) {
		let agent;
		const proxyUrl = getProxyUrl(parsedUrl);
		const useProxy = proxyUrl && proxyUrl.hostname;
		if (this._keepAlive && useProxy) agent = this._proxyAgent;
		if (!useProxy) agent = this._agent;
		if (agent) return agent;
		const usingSsl = parsedUrl.protocol === "https:";
		let maxSockets = 100;
		if (this.requestOptions) maxSockets = this.requestOptions.maxSockets || http$1.globalAgent.maxSockets;
		if (proxyUrl && proxyUrl.hostname) {
			const agentOptions = {
				maxSockets,
				keepAlive: this._keepAlive,
				proxy: Object.assign(Object.assign({}, (proxyUrl.username || proxyUrl.password) && { proxyAuth: `${proxyUrl.username}:${proxyUrl.password}` }), {
					host: proxyUrl.hostname,
					port: proxyUrl.port
				})
			};
			let tunnelAgent;
			const overHttps = proxyUrl.protocol === "https:";
			if (usingSsl) tunnelAgent = overHttps ? import_tunnel.httpsOverHttps : import_tunnel.httpsOverHttp;
			else tunnelAgent = overHttps ? import_tunnel.httpOverHttps : import_tunnel.httpOverHttp;
			agent = tunnelAgent(agentOptions);
			this._proxyAgent = agent;
		}
		if (!agent) {
			const options = {
				keepAlive: this._keepAlive,
				maxSockets
			};
			agent = usingSsl ? new https.Agent(options) : new http$1.Agent(options);
			this._agent = agent;
		}
		if (usingSsl && this._ignoreSslError) agent.options = Object.assign(agent.options || {}, { rejectUnauthorized: false });
		return agent;
	}
	_getProxyAgentDispatcher(parsedUrl, proxyUrl) {
		let proxyAgent;
		if (this._keepAlive) proxyAgent = this._proxyAgentDispatcher;
		if (proxyAgent) return proxyAgent;
		const usingSsl = parsedUrl.protocol === "https:";
		proxyAgent = new ProxyAgent(Object.assign({
			uri: proxyUrl.href,
			pipelining: !this._keepAlive ? 0 : 1
		}, (proxyUrl.username || proxyUrl.password) && { token: `Basic ${Buffer.from(`${proxyUrl.username}:${proxyUrl.password}`).toString("base64")}` }));
		this._proxyAgentDispatcher = proxyAgent;
		if (usingSsl && this._ignoreSslError) proxyAgent.options = Object.assign(proxyAgent.options.requestTls || {}, { rejectUnauthorized: false });
		return proxyAgent;
	}
	_getUserAgentWithOrchestrationId(userAgent) {
		const baseUserAgent = userAgent || "actions/http-client";
		const orchId = process.env["ACTIONS_ORCHESTRATION_ID"];
		if (orchId) return `${baseUserAgent} actions_orchestration_id/${orchId.replace(/[^a-z0-9_.-]/gi, "_")}`;
		return baseUserAgent;
	}
	_performExponentialBackoff(retryNumber) {
		return __awaiter$9(this, void 0, void 0, function* () {
			retryNumber = Math.min(ExponentialBackoffCeiling, retryNumber);
			const ms = ExponentialBackoffTimeSlice * Math.pow(2, retryNumber);
			return new Promise((resolve) => setTimeout(() => resolve(), ms));
		});
	}
	_processResponse(res, options) {
		return __awaiter$9(this, void 0, void 0, function* () {
			return new Promise((resolve, reject) => __awaiter$9(this, void 0, void 0, function* () {
				const statusCode = res.message.statusCode || 0;
				const response = {
					statusCode,
					result: null,
					headers: {}
				};
				if (statusCode === HttpCodes.NotFound) resolve(response);
				function dateTimeDeserializer(key, value) {
					if (typeof value === "string") {
						const a = new Date(value);
						if (!isNaN(a.valueOf())) return a;
					}
					return value;
				}
				let obj;
				let contents;
				try {
					contents = yield res.readBody();
					if (contents && contents.length > 0) {
						if (options && options.deserializeDates) obj = JSON.parse(contents, dateTimeDeserializer);
						else obj = JSON.parse(contents);
						response.result = obj;
					}
					response.headers = res.message.headers;
				} catch (err) {}
				if (statusCode > 299) {
					let msg;
					if (obj && obj.message) msg = obj.message;
					else if (contents && contents.length > 0) msg = contents;
					else msg = `Failed request: (${statusCode})`;
					const err = new HttpClientError(msg, statusCode);
					err.result = response.result;
					reject(err);
				} else resolve(response);
			}));
		});
	}
};
const lowercaseKeys = (obj) => Object.keys(obj).reduce((c, k) => (c[k.toLowerCase()] = obj[k], c), {});
// node_modules/@actions/http-client/lib/auth.js
var __awaiter$8 = function(thisArg, _arguments, P, generator) {
	function adopt(value) {
		return value instanceof P ? value : new P(function(resolve) {
			resolve(value);
		});
	}
	return new (P || (P = Promise))(function(resolve, reject) {
		function fulfilled(value) {
			try {
				step(generator.next(value));
			} catch (e) {
				reject(e);
			}
		}
		function rejected(value) {
			try {
				step(generator["throw"](value));
			} catch (e) {
				reject(e);
			}
		}
		function step(result) {
			result.done ? resolve(result.value) : adopt(result.value).then(fulfilled, rejected);
		}
		step((generator = generator.apply(thisArg, _arguments || [])).next());
	});
};
var BearerCredentialHandler = class {
	constructor(token) {
		this.token = token;
	}
	prepareRequest(options) {
		if (!options.headers) throw Error("The request has no headers");
		options.headers["Authorization"] = `Bearer ${this.token}`;
	}
	canHandleAuthentication() {
		return false;
	}
	handleAuthentication() {
		return __awaiter$8(this, void 0, void 0, function* () {
			throw new Error("not implemented");
		});
	}
};
// node_modules/@actions/core/lib/oidc-utils.js
var __awaiter$7 = function(thisArg, _arguments, P, generator) {
	function adopt(value) {
		return value instanceof P ? value : new P(function(resolve) {
			resolve(value);
		});
	}
	return new (P || (P = Promise))(function(resolve, reject) {
		function fulfilled(value) {
			try {
				step(generator.next(value));
			} catch (e) {
				reject(e);
			}
		}
		function rejected(value) {
			try {
				step(generator["throw"](value));
			} catch (e) {
				reject(e);
			}
		}
		function step(result) {
			result.done ? resolve(result.value) : adopt(result.value).then(fulfilled, rejected);
		}
		step((generator = generator.apply(thisArg, _arguments || [])).next());
	});
};
var OidcClient = class OidcClient {
	static createHttpClient(allowRetry = true, maxRetry = 10) {
		const requestOptions = {
			allowRetries: allowRetry,
			maxRetries: maxRetry
		};
		return new HttpClient("actions/oidc-client", [new BearerCredentialHandler(OidcClient.getRequestToken())], requestOptions);
	}
	static getRequestToken() {
		const token = process.env["ACTIONS_ID_TOKEN_REQUEST_TOKEN"];
		if (!token) throw new Error("Unable to get ACTIONS_ID_TOKEN_REQUEST_TOKEN env variable");
		return token;
	}
	static getIDTokenUrl() {
		const runtimeUrl = process.env["ACTIONS_ID_TOKEN_REQUEST_URL"];
		if (!runtimeUrl) throw new Error("Unable to get ACTIONS_ID_TOKEN_REQUEST_URL env variable");
		return runtimeUrl;
	}
	static getCall(id_token_url) {
		return __awaiter$7(this, void 0, void 0, function* () {
			var _a;
			const id_token = (_a = (yield OidcClient.createHttpClient().getJson(id_token_url).catch((error) => {
				throw new Error(`Failed to get ID Token. \n 
        Error Code : ${error.statusCode}\n 
        Error Message: ${error.message}`);
			})).result) === null || _a === void 0 ? void 0 : _a.value;
			if (!id_token) throw new Error("Response json body do not have ID Token field");
			return id_token;
		});
	}
	static getIDToken(audience) {
		return __awaiter$7(this, void 0, void 0, function* () {
			try {
				let id_token_url = OidcClient.getIDTokenUrl();
				if (audience) {
					const encodedAudience = encodeURIComponent(audience);
					id_token_url = `${id_token_url}&audience=${encodedAudience}`;
				}
				debug(`ID token url is ${id_token_url}`);
				const id_token = yield OidcClient.getCall(id_token_url);
				setSecret(id_token);
				return id_token;
			} catch (error) {
				throw new Error(`Error message: ${error.message}`);
			}
		});
	}
};
// node_modules/@actions/core/lib/summary.js
var __awaiter$6 = function(thisArg, _arguments, P, generator) {
	function adopt(value) {
		return value instanceof P ? value : new P(function(resolve) {
			resolve(value);
		});
	}
	return new (P || (P = Promise))(function(resolve, reject) {
		function fulfilled(value) {
			try {
				step(generator.next(value));
			} catch (e) {
				reject(e);
			}
		}
		function rejected(value) {
			try {
				step(generator["throw"](value));
			} catch (e) {
				reject(e);
			}
		}
		function step(result) {
			result.done ? resolve(result.value) : adopt(result.value).then(fulfilled, rejected);
		}
		step((generator = generator.apply(thisArg, _arguments || [])).next());
	});
};
const { access, appendFile, writeFile } = promises;
const SUMMARY_ENV_VAR = "GITHUB_STEP_SUMMARY";
var Summary = class {
	constructor() {
		this._buffer = "";
	}
	/**
	* Finds the summary file path from the environment, rejects if env var is not found or file does not exist
	* Also checks r/w permissions.
	*
	* @returns step summary file path
	*/
	filePath() {
		return __awaiter$6(this, void 0, void 0, function* () {
			if (this._filePath) return this._filePath;
			const pathFromEnv = process.env[SUMMARY_ENV_VAR];
			if (!pathFromEnv) throw new Error(`Unable to find environment variable for $${SUMMARY_ENV_VAR}. Check if your runtime environment supports job summaries.`);
			try {
				yield access(pathFromEnv, constants.R_OK | constants.W_OK);
			} catch (_a) {
				throw new Error(`Unable to access summary file: '${pathFromEnv}'. Check if the file has correct read/write permissions.`);
			}
			this._filePath = pathFromEnv;
			return this._filePath;
		});
	}
	/**
	* Wraps content in an HTML tag, adding any HTML attributes
	*
	* @param {string} tag HTML tag to wrap
	* @param {string | null} content content within the tag
	* @param {[attribute: string]: string} attrs key-value list of HTML attributes to add
	*
	* @returns {string} content wrapped in HTML element
	*/
	wrap(tag, content, attrs = {}) {
		const htmlAttrs = Object.entries(attrs).map(([key, value]) => ` ${key}="${value}"`).join("");
		if (!content) return `<${tag}${htmlAttrs}>`;
		return `<${tag}${htmlAttrs}>${content}</${tag}>`;
	}
	/**
	* Writes text in the buffer to the summary buffer file and empties buffer. Will append by default.
	*
	* @param {SummaryWriteOptions} [options] (optional) options for write operation
	*
	* @returns {Promise<Summary>} summary instance
	*/
	write(options) {
		return __awaiter$6(this, void 0, void 0, function* () {
			const overwrite = !!(options === null || options === void 0 ? void 0 : options.overwrite);
			const filePath = yield this.filePath();
			yield (overwrite ? writeFile : appendFile)(filePath, this._buffer, { encoding: "utf8" });
			return this.emptyBuffer();
		});
	}
	/**
	* Clears the summary buffer and wipes the summary file
	*
	* @returns {Summary} summary instance
	*/
	clear() {
		return __awaiter$6(this, void 0, void 0, function* () {
			return this.emptyBuffer().write({ overwrite: true });
		});
	}
	/**
	* Returns the current summary buffer as a string
	*
	* @returns {string} string of summary buffer
	*/
	stringify() {
		return this._buffer;
	}
	/**
	* If the summary buffer is empty
	*
	* @returns {boolen} true if the buffer is empty
	*/
	isEmptyBuffer() {
		return this._buffer.length === 0;
	}
	/**
	* Resets the summary buffer without writing to summary file
	*
	* @returns {Summary} summary instance
	*/
	emptyBuffer() {
		this._buffer = "";
		return this;
	}
	/**
	* Adds raw text to the summary buffer
	*
	* @param {string} text content to add
	* @param {boolean} [addEOL=false] (optional) append an EOL to the raw text (default: false)
	*
	* @returns {Summary} summary instance
	*/
	addRaw(text, addEOL = false) {
		this._buffer += text;
		return addEOL ? this.addEOL() : this;
	}
	/**
	* Adds the operating system-specific end-of-line marker to the buffer
	*
	* @returns {Summary} summary instance
	*/
	addEOL() {
		return this.addRaw(EOL);
	}
	/**
	* Adds an HTML codeblock to the summary buffer
	*
	* @param {string} code content to render within fenced code block
	* @param {string} lang (optional) language to syntax highlight code
	*
	* @returns {Summary} summary instance
	*/
	addCodeBlock(code, lang) {
		const attrs = Object.assign({}, lang && { lang });
		const element = this.wrap("pre", this.wrap("code", code), attrs);
		return this.addRaw(element).addEOL();
	}
	/**
	* Adds an HTML list to the summary buffer
	*
	* @param {string[]} items list of items to render
	* @param {boolean} [ordered=false] (optional) if the rendered list should be ordered or not (default: false)
	*
	* @returns {Summary} summary instance
	*/
	addList(items, ordered = false) {
		const tag = ordered ? "ol" : "ul";
		const listItems = items.map((item) => this.wrap("li", item)).join("");
		const element = this.wrap(tag, listItems);
		return this.addRaw(element).addEOL();
	}
	/**
	* Adds an HTML table to the summary buffer
	*
	* @param {SummaryTableCell[]} rows table rows
	*
	* @returns {Summary} summary instance
	*/
	addTable(rows) {
		const tableBody = rows.map((row) => {
			const cells = row.map((cell) => {
				if (typeof cell === "string") return this.wrap("td", cell);
				const { header, data, colspan, rowspan } = cell;
				const tag = header ? "th" : "td";
				const attrs = Object.assign(Object.assign({}, colspan && { colspan }), rowspan && { rowspan });
				return this.wrap(tag, data, attrs);
			}).join("");
			return this.wrap("tr", cells);
		}).join("");
		const element = this.wrap("table", tableBody);
		return this.addRaw(element).addEOL();
	}
	/**
	* Adds a collapsable HTML details element to the summary buffer
	*
	* @param {string} label text for the closed state
	* @param {string} content collapsable content
	*
	* @returns {Summary} summary instance
	*/
	addDetails(label, content) {
		const element = this.wrap("details", this.wrap("summary", label) + content);
		return this.addRaw(element).addEOL();
	}
	/**
	* Adds an HTML image tag to the summary buffer
	*
	* @param {string} src path to the image you to embed
	* @param {string} alt text description of the image
	* @param {SummaryImageOptions} options (optional) addition image attributes
	*
	* @returns {Summary} summary instance
	*/
	addImage(src, alt, options) {
		const { width, height } = options || {};
		const attrs = Object.assign(Object.assign({}, width && { width }), height && { height });
		const element = this.wrap("img", null, Object.assign({
			src,
			alt
		}, attrs));
		return this.addRaw(element).addEOL();
	}
	/**
	* Adds an HTML section heading element
	*
	* @param {string} text heading text
	* @param {number | string} [level=1] (optional) the heading level, default: 1
	*
	* @returns {Summary} summary instance
	*/
	addHeading(text, level) {
		const tag = `h${level}`;
		const allowedTag = [
			"h1",
			"h2",
			"h3",
			"h4",
			"h5",
			"h6"
		].includes(tag) ? tag : "h1";
		const element = this.wrap(allowedTag, text);
		return this.addRaw(element).addEOL();
	}
	/**
	* Adds an HTML thematic break (<hr>) to the summary buffer
	*
	* @returns {Summary} summary instance
	*/
	addSeparator() {
		const element = this.wrap("hr", null);
		return this.addRaw(element).addEOL();
	}
	/**
	* Adds an HTML line break (<br>) to the summary buffer
	*
	* @returns {Summary} summary instance
	*/
	addBreak() {
		const element = this.wrap("br", null);
		return this.addRaw(element).addEOL();
	}
	/**
	* Adds an HTML blockquote to the summary buffer
	*
	* @param {string} text quote text
	* @param {string} cite (optional) citation url
	*
	* @returns {Summary} summary instance
	*/
	addQuote(text, cite) {
		const attrs = Object.assign({}, cite && { cite });
		const element = this.wrap("blockquote", text, attrs);
		return this.addRaw(element).addEOL();
	}
	/**
	* Adds an HTML anchor tag to the summary buffer
	*
	* @param {string} text link text/content
	* @param {string} href hyperlink
	*
	* @returns {Summary} summary instance
	*/
	addLink(text, href) {
		const element = this.wrap("a", text, { href });
		return this.addRaw(element).addEOL();
	}
};
const summary = new Summary();
const { chmod, copyFile, lstat, mkdir, open, readdir, rename, rm, rmdir, stat, symlink, unlink } = fs.promises;
process.platform;
fs.constants.O_RDONLY;
process.platform;
events.EventEmitter;
events.EventEmitter;
os$1.platform();
os$1.arch();
// node_modules/@actions/core/lib/core.js
var __awaiter = function(thisArg, _arguments, P, generator) {
	function adopt(value) {
		return value instanceof P ? value : new P(function(resolve) {
			resolve(value);
		});
	}
	return new (P || (P = Promise))(function(resolve, reject) {
		function fulfilled(value) {
			try {
				step(generator.next(value));
			} catch (e) {
				reject(e);
			}
		}
		function rejected(value) {
			try {
				step(generator["throw"](value));
			} catch (e) {
				reject(e);
			}
		}
		function step(result) {
			result.done ? resolve(result.value) : adopt(result.value).then(fulfilled, rejected);
		}
		step((generator = generator.apply(thisArg, _arguments || [])).next());
	});
};
/**
* The code to exit an action
*/
var ExitCode;
(function(ExitCode) {
	/**
	* A code indicating that the action was successful
	*/
	ExitCode[ExitCode["Success"] = 0] = "Success";
	/**
	* A code indicating that the action was a failure
	*/
	ExitCode[ExitCode["Failure"] = 1] = "Failure";
})(ExitCode || (ExitCode = {}));
/**
* Registers a secret which will get masked from logs
*
* @param secret - Value of the secret to be masked
* @remarks
* This function instructs the Actions runner to mask the specified value in any
* logs produced during the workflow run. Once registered, the secret value will
* be replaced with asterisks (***) whenever it appears in console output, logs,
* or error messages.
*
* This is useful for protecting sensitive information such as:
* - API keys
* - Access tokens
* - Authentication credentials
* - URL parameters containing signatures (SAS tokens)
*
* Note that masking only affects future logs; any previous appearances of the
* secret in logs before calling this function will remain unmasked.
*
* @example
* ```typescript
* // Register an API token as a secret
* const apiToken = "abc123xyz456";
* setSecret(apiToken);
*
* // Now any logs containing this value will show *** instead
* console.log(`Using token: ${apiToken}`); // Outputs: "Using token: ***"
* ```
*/
function setSecret(secret) {
	issueCommand("add-mask", {}, secret);
}
/**
* Gets the value of an input.
* Unless trimWhitespace is set to false in InputOptions, the value is also trimmed.
* Returns an empty string if the value is not defined.
*
* @param     name     name of the input to get
* @param     options  optional. See InputOptions.
* @returns   string
*/
function getInput(name, options) {
	const val = process.env[`INPUT_${name.replace(/ /g, "_").toUpperCase()}`] || "";
	if (options && options.required && !val) throw new Error(`Input required and not supplied: ${name}`);
	if (options && options.trimWhitespace === false) return val;
	return val.trim();
}
/**
* Sets the value of an output.
*
* @param     name     name of the output to set
* @param     value    value to store. Non-string values will be converted to a string via JSON.stringify
*/
function setOutput$1(name, value) {
	if (process.env["GITHUB_OUTPUT"] || "") return issueFileCommand("OUTPUT", prepareKeyValueMessage(name, value));
	process.stdout.write(os.EOL);
	issueCommand("set-output", { name }, toCommandValue(value));
}
/**
* Writes debug message to user log
* @param message debug message
*/
function debug(message) {
	issueCommand("debug", {}, message);
}
/**
* Adds an error issue
* @param message error issue message. Errors will be converted to string via toString()
* @param properties optional properties to add to the annotation.
*/
function error(message, properties = {}) {
	issueCommand("error", toCommandProperties(properties), message instanceof Error ? message.toString() : message);
}
/**
* Adds a warning issue
* @param message warning issue message. Errors will be converted to string via toString()
* @param properties optional properties to add to the annotation.
*/
function warning(message, properties = {}) {
	issueCommand("warning", toCommandProperties(properties), message instanceof Error ? message.toString() : message);
}
/**
* Writes info to log with console.log.
* @param message info message
*/
function info(message) {
	process.stdout.write(message + os.EOL);
}
/**
* Begin an output group.
*
* Output until the next `groupEnd` will be foldable in this group
*
* @param name The name of the output group
*/
function startGroup(name) {
	issue("group", name);
}
/**
* End an output group.
*/
function endGroup() {
	issue("endgroup");
}
/**
* Saves state for current action, the state can only be retrieved by this action's post job execution.
*
* @param     name     name of the state to store
* @param     value    value to store. Non-string values will be converted to a string via JSON.stringify
*/
function saveState$1(name, value) {
	if (process.env["GITHUB_STATE"] || "") return issueFileCommand("STATE", prepareKeyValueMessage(name, value));
	issueCommand("save-state", { name }, toCommandValue(value));
}
/**
* Gets the value of an state set by this action's main execution.
*
* @param     name     name of the state to get
* @returns   string
*/
function getState(name) {
	return process.env[`STATE_${name}`] || "";
}
function getIDToken(aud) {
	return __awaiter(this, void 0, void 0, function* () {
		return yield OidcClient.getIDToken(aud);
	});
}
// action/client/errors.ts
/** How a submission can end badly. Each class has the exit code that `devicelane` promises for it. */
var SubmissionError = class extends Error {
	exitCode;
	constructor(message, exitCode, cause) {
		super(message, { cause });
		this.name = this.constructor.name;
		this.exitCode = exitCode;
	}
};
/** The step was called with a value that cannot work. Names the input to change. */
var UsageError = class extends SubmissionError {
	input;
	constructor(input, message) {
		super(`${input}: ${message}`, 2);
		this.input = input;
	}
};
/** The server, or the code host, said no: trying again alone does not help. */
var RefusedError = class extends SubmissionError {
	/** The code of the closed list, or null where the answer carried none. */
	code;
	constructor(message, code = null) {
		super(message, 3);
		this.code = code;
	}
};
/** The server could not be reached or failed, after all tries. */
var BrokenError = class extends SubmissionError {
	constructor(message, cause) {
		super(message, 4, cause);
	}
};
/** The CI job was cancelled. */
var CancelledError = class extends SubmissionError {
	/** Whether a run is left that nobody could stop. */
	runLeft;
	constructor(message = "The CI job was cancelled.", runLeft = false) {
		super(message, 130);
		this.runLeft = runLeft;
	}
};
// action/plain-text.ts
/** Makes text from outside fit for CI's log, which obeys what it prints. */
/** Terminal sequences: colours, titles, cursor moves (ECMA-48). */
const TERMINAL = /\u001b(?:\[[0-?]*[ -/]*[@-~]|\][^\u0007\u001b]*(?:\u0007|\u001b\\)?|[@-Z\\-_])/g;
/** All control characters but tab and line feed, and what reorders text for the eye. */
const INVISIBLE = /[^\P{Cc}\t\n]|[\u200e\u200f\u202a-\u202e\u2066-\u2069\ufeff]/gu;
/**
* The text without terminal sequences and control characters, and without a workflow command: GitHub's runner obeys a
* line that begins with `::`, after any white space, and the older form `##[` wherever it stands in a line.
*/
function plainText(text) {
	return text.replace(/\r\n?/g, "\n").replace(TERMINAL, "").replace(INVISIBLE, "").replaceAll("##[", "## [").split("\n").map((line) => line.replace(/^(\s*):(?=:)/, "$1: ")).join("\n");
}
// action/actions-core.ts
/** GitHub's runner, behind one file: the only importer of @actions/core. Whatever it prints is made harmless first. */
const log = {
	line: (text) => info(plainText(text)),
	warning: (text) => warning(plainText(text)),
	startGroup: (title) => startGroup(plainText(title)),
	endGroup: () => endGroup(),
	mask: (secret) => setSecret(secret)
};
/** An input, trimmed; '' where it is not given. */
function readInput(name) {
	return getInput(name);
}
function setOutput(name, value) {
	setOutput$1(name, value);
}
/**
* A fresh OIDC token for this audience; the toolkit masks it and tries again by itself.
*
* @throws BrokenError
*/
async function getIdToken(audience) {
	try {
		return await getIDToken(audience);
	} catch (error) {
		throw new BrokenError(`GitHub gave no id token: ${error.message.replace(/\s+/g, " ")}`, error);
	}
}
/** Marks the step as failed, says why, and sets the exit code. */
function fail(message, exitCode) {
	error(plainText(message));
	process.exitCode = exitCode;
}
async function writeSummary(markdown) {
	await summary.addRaw(markdown).write();
}
function saveState(state) {
	setSecret(state.cancelHandle);
	for (const [name, value] of Object.entries(state)) saveState$1(name, value);
}
/** Says that nothing is left for the post step to do. */
function saveFinished() {
	saveState$1("finished", "true");
}
/** The run that main left behind; null where there is none. */
function readUnfinished() {
	const state = {
		server: getState("server"),
		runId: getState("runId"),
		cancelHandle: getState("cancelHandle")
	};
	if (getState("finished") === "true" || Object.values(state).includes("")) return null;
	setSecret(state.cancelHandle);
	return state;
}
// node_modules/zod/v4/core/util.js
function getEnumValues(entries) {
	const numericValues = Object.values(entries).filter((v) => typeof v === "number");
	return Object.entries(entries).filter(([k, _]) => numericValues.indexOf(+k) === -1).map(([_, v]) => v);
}
function jsonStringifyReplacer(_, value) {
	if (typeof value === "bigint") return value.toString();
	return value;
}
var Cached = class {
	constructor(getter) {
		this._getter = getter;
		this._value = void 0;
	}
	get value() {
		const getter = this._getter;
		if (getter !== void 0) {
			this._value = getter();
			this._getter = void 0;
		}
		return this._value;
	}
};
function cached(getter) {
	return new Cached(getter);
}
function nullish$1(input) {
	return input === null || input === void 0;
}
function cleanRegex(source) {
	const start = source.startsWith("^") ? 1 : 0;
	const end = source.endsWith("$") ? source.length - 1 : source.length;
	return source.slice(start, end);
}
function assignProp(target, prop, value) {
	Object.defineProperty(target, prop, {
		value,
		writable: true,
		enumerable: true,
		configurable: true
	});
}
/**
* Whichever object a def's `shape` currently answers from: the one the caller passed until the first read, the frozen copy after it.
*
* Its keys and descriptors read without invoking anything, which is what lets a discriminated union check its discriminator, and the cycle walk read a shape, without resolving a getter that references the schema being constructed. A def that answers `shape` from an accessor of its own has none.
*/
function rawShape(def) {
	const desc = Object.getOwnPropertyDescriptor(def, "shape");
	return desc?.get ? desc.get.raw : desc?.value;
}
function sourceShape(schema) {
	return rawShape(schema._zod.def) ?? schema._zod.def.shape;
}
function deferProp(target, key, getter) {
	Object.defineProperty(target, key, {
		get() {
			const value = getter();
			assignProp(this, key, value);
			return value;
		},
		enumerable: true,
		configurable: true
	});
}
function putProp(target, key, value) {
	if (key in target) assignProp(target, key, value);
	else target[key] = value;
}
/**
* Copies `keys` of `source`'s shape onto `target`, each value passed through `wrap`.
*
* A key the source has resolved is copied through now, so the derived shape states it outright and nothing has to resolve it to learn what it holds. A key the source still defers stays deferred, and reads back through the source's own `shape`, so it resolves once and both shapes get that one schema.
*/
function mirrorShape(target, source, keys, wrap) {
	const raw = sourceShape(source);
	for (const key of keys) {
		const desc = Object.getOwnPropertyDescriptor(raw, key);
		if (!desc.enumerable) continue;
		if (desc.get) deferProp(target, key, () => {
			const value = source._zod.def.shape[key];
			return wrap ? wrap(value, key) : value;
		});
		else putProp(target, key, wrap ? wrap(desc.value, key) : desc.value);
	}
}
function mirrorProps(target, source) {
	for (const key of Reflect.ownKeys(source)) {
		const desc = Object.getOwnPropertyDescriptor(source, key);
		if (!desc.enumerable) continue;
		if (desc.get) deferProp(target, key, () => source[key]);
		else putProp(target, key, desc.value);
	}
}
function mergeDefs(...defs) {
	const mergedDescriptors = {};
	for (const def of defs) {
		const descriptors = Object.getOwnPropertyDescriptors(def);
		Object.assign(mergedDescriptors, descriptors);
	}
	return Object.defineProperties({}, mergedDescriptors);
}
const captureStackTrace = "captureStackTrace" in Error ? Error.captureStackTrace : (..._args) => {};
function isObject(data) {
	return typeof data === "object" && data !== null && !Array.isArray(data);
}
function isPlainObject(o) {
	if (isObject(o) === false) return false;
	const ctor = o.constructor;
	if (ctor === void 0) return true;
	if (typeof ctor !== "function") return true;
	const prot = ctor.prototype;
	if (isObject(prot) === false) return false;
	if (Object.prototype.hasOwnProperty.call(prot, "isPrototypeOf") === false) return false;
	return true;
}
function shallowClone(o) {
	if (isPlainObject(o)) return { ...o };
	if (Array.isArray(o)) return [...o];
	if (o instanceof Map) return new Map(o);
	if (o instanceof Set) return new Set(o);
	return o;
}
const propertyKeyTypes = /* @__PURE__*/ new Set([
	"string",
	"number",
	"symbol"
]);
function escapeRegex(str) {
	return str.replace(/[.*+?^${}()|[\]\\]/g, "\\$&");
}
function clone(inst, def, params) {
	const cl = new inst._zod.constr(def ?? inst._zod.def);
	if (!def || params?.parent) cl._zod.parent = inst;
	return cl;
}
function normalizeParams(_params) {
	const params = _params;
	if (!params) return {};
	if (typeof params === "string") return { error: () => params };
	if (params?.message !== void 0) {
		if (params?.error !== void 0) throw new Error("Cannot specify both `message` and `error` params");
		params.error = params.message;
	}
	delete params.message;
	if (typeof params.error === "string") return {
		...params,
		error: () => params.error
	};
	return params;
}
function optionalKeys(shape) {
	return Object.keys(shape).filter((k) => {
		return shape[k]._zod.optin !== void 0 && shape[k]._zod.optout === "optional";
	});
}
const NUMBER_FORMAT_RANGES = /*@__PURE__*/ (() => ({
	safeint: [Number.MIN_SAFE_INTEGER, Number.MAX_SAFE_INTEGER],
	int32: [-2147483648, 2147483647],
	uint32: [0, 4294967295],
	float32: [-34028234663852886e22, 34028234663852886e22],
	float64: [-Number.MAX_VALUE, Number.MAX_VALUE]
}))();
function pick$1(schema, mask) {
	const currDef = schema._zod.def;
	const checks = currDef.checks;
	if (checks && checks.length > 0) throw new Error(".pick() cannot be used on object schemas containing refinements");
	const newShape = {};
	mirrorShape(newShape, schema, maskedKeys(schema, mask));
	return clone(schema, mergeDefs(currDef, {
		shape: newShape,
		checks: []
	}));
}
function maskedKeys(schema, mask) {
	const raw = sourceShape(schema);
	const keys = [];
	for (const key of Reflect.ownKeys(mask)) {
		if (!Object.getOwnPropertyDescriptor(raw, key)?.enumerable) throw new Error(`Unrecognized key: "${String(key)}"`);
		if (mask[key]) keys.push(key);
	}
	return keys;
}
function omit$1(schema, mask) {
	const currDef = schema._zod.def;
	const checks = currDef.checks;
	if (checks && checks.length > 0) throw new Error(".omit() cannot be used on object schemas containing refinements");
	const omitted = new Set(maskedKeys(schema, mask));
	const newShape = {};
	mirrorShape(newShape, schema, Reflect.ownKeys(sourceShape(schema)).filter((key) => !omitted.has(key)));
	return clone(schema, mergeDefs(currDef, {
		shape: newShape,
		checks: []
	}));
}
function extend$1(schema, shape) {
	if (!isPlainObject(shape)) throw new Error("Invalid input to extend: expected a plain object");
	const checks = schema._zod.def.checks;
	if (checks && checks.length > 0) {
		const existingShape = sourceShape(schema);
		for (const key of Reflect.ownKeys(shape)) if (Object.getOwnPropertyDescriptor(existingShape, key) !== void 0) throw new Error("Cannot overwrite keys on object schemas containing refinements. Use `.safeExtend()` instead.");
	}
	return clone(schema, mergeDefs(schema._zod.def, { shape: extended(schema, shape) }));
}
function extended(schema, shape) {
	const newShape = {};
	mirrorShape(newShape, schema, Reflect.ownKeys(sourceShape(schema)));
	mirrorProps(newShape, shape);
	return newShape;
}
function aborted(x, startIndex = 0) {
	if (x.aborted === true) return true;
	for (let i = startIndex; i < x.issues.length; i++) if (x.issues[i]?.continue !== true) return true;
	return false;
}
function explicitlyAborted(x, startIndex = 0) {
	if (x.aborted === true) return true;
	for (let i = startIndex; i < x.issues.length; i++) if (x.issues[i]?.continue === false) return true;
	return false;
}
function prefixIssues(path, issues) {
	return issues.map((iss) => {
		var _a;
		(_a = iss).path ?? (_a.path = []);
		iss.path.unshift(path);
		return iss;
	});
}
function unwrapMessage(message) {
	return typeof message === "string" ? message : message?.message;
}
/** The leading size checks of `defChecks` that set an upper bound, each paired with it. */
function sizeCaps(defChecks) {
	const caps = [];
	for (const ch of defChecks ?? []) {
		const d = ch._zod.def;
		if (!/_(length|size)$|_equals$/.test(d.check)) break;
		const max = d.maximum ?? d.length ?? d.size;
		if (max >= 0) caps.push([max, ch]);
	}
	return caps;
}
function attachSchema(issues, start, inst) {
	var _a;
	for (let i = start; i < issues.length; i++) (_a = issues[i]).schema ?? (_a.schema = inst);
}
function finalizeIssue(iss, ctx, config) {
	var _a;
	const traits = iss.inst?._zod?.traits;
	if (traits?.has("$ZodType")) {
		if (traits.has("$ZodCheck")) (_a = iss).schema ?? (_a.schema = iss.inst);
		else iss.schema = iss.inst;
	}
	const schemaError = iss.schema !== iss.inst ? iss.schema?._zod.def?.error : void 0;
	const message = iss.message ? iss.message : unwrapMessage(iss.inst?._zod.def?.error?.(iss)) ?? unwrapMessage(schemaError?.(iss)) ?? unwrapMessage(ctx?.error?.(iss)) ?? unwrapMessage(config.customError?.(iss)) ?? unwrapMessage(config.localeError?.(iss)) ?? "Invalid input";
	const full = {};
	for (const k of Object.keys(iss)) {
		if (k === "inst" || k === "schema" || k === "continue" || k === "input" || k === "__proto__") continue;
		full[k] = iss[k];
	}
	full.path ?? (full.path = []);
	full.message = message;
	if (ctx?.reportInput) full.input = iss.input;
	return full;
}
const highSurrogate = /[\uD800-\uDBFF]/;
function codePointLength(str) {
	const units = str.length;
	if (!highSurrogate.test(str)) return units;
	let count = units;
	for (let i = 0; i < units - 1; i++) if ((str.charCodeAt(i) & 64512) === 55296 && (str.charCodeAt(i + 1) & 64512) === 56320) {
		count--;
		i++;
	}
	return count;
}
function getLengthableOrigin(input) {
	if (Array.isArray(input)) return "array";
	if (typeof input === "string") return "string";
	return "unknown";
}
/**
* Installs a trait's members on its prototype. Each value builds that member for the instance on first read; the built value shadows the accessor as an own property, so a detached `const { parse } = schema` keeps working.
*
* Call this from a `proto` initializer, which runs once per prototype — never per instance.
*/
function members(proto, table) {
	for (const key in table) {
		const desc = Object.getOwnPropertyDescriptor(table, key);
		if (desc.get) Object.defineProperty(proto, key, {
			...desc,
			enumerable: false
		});
		else defineBound(proto, key, desc.value);
	}
}
/** Shadows a prototype member with an own value, so a getter that builds from the instance runs once. */
function own(inst, key, value, enumerable = true) {
	Object.defineProperty(inst, key, {
		configurable: true,
		writable: true,
		enumerable,
		value
	});
	return value;
}
/** Like {@link own}, for a member that was never an own data property and has to stay out of `Object.keys`. */
function hide(inst, key, value) {
	return own(inst, key, value, false);
}
function defineBound(proto, key, fn) {
	Object.defineProperty(proto, key, {
		configurable: true,
		get() {
			return this == null ? fn : own(this, key, fn.bind(this));
		},
		set(value) {
			own(this, key, value);
		}
	});
}
/** Returns the prototype to install on, or `undefined` if this group is already installed on it. */
function claim(inst, sentinel) {
	const proto = Object.getPrototypeOf(inst);
	return sentinel in proto ? void 0 : proto;
}
let installing;
let broke = false;
const breaker = {
	configurable: true,
	get() {
		broke = true;
	}
};
/**
* Installs a lazily-derived internal on the `_zod` prototype of `inst`'s
* constructor, computed from the internals object itself and cached there on
* first read. One accessor per constructor rather than one per instance.
*/
function defineLazyInternal(inst, key, compute) {
	const proto = Object.getPrototypeOf(inst._zod);
	if (key in proto && installing !== inst._zod) {
		installing = void 0;
		return;
	}
	installing = inst._zod;
	Object.defineProperty(proto, key, {
		configurable: true,
		get() {
			Object.defineProperty(this, key, breaker);
			const outer = broke;
			broke = false;
			try {
				const value = compute(this);
				if (broke) delete this[key];
				else Object.defineProperty(this, key, {
					configurable: true,
					writable: true,
					value
				});
				broke = broke || outer;
				return value;
			} catch (err) {
				delete this[key];
				broke = broke || outer;
				throw err;
			}
		},
		set(value) {
			Object.defineProperty(this, key, {
				configurable: true,
				writable: true,
				value
			});
		}
	});
}
/**
* Installs `key` on `inst`'s prototype, computed by `make` on first read and cached there as an own
* data property. One accessor per constructor rather than one per instance, because an own accessor
* puts every instance after the first into v8 dictionary mode. The key doubles as the sentinel.
*/
function installLazyProp(inst, key, make, enumerable) {
	const proto = claim(inst, key);
	if (!proto) return;
	Object.defineProperty(proto, key, {
		configurable: true,
		get() {
			const desc = {
				configurable: true,
				writable: true,
				enumerable,
				value: void 0
			};
			Object.defineProperty(this, key, desc);
			desc.value = make(this);
			Object.defineProperty(this, key, desc);
			return desc.value;
		},
		set(value) {
			Object.defineProperty(this, key, {
				configurable: true,
				writable: true,
				enumerable,
				value
			});
		}
	});
}
// node_modules/zod/v4/core/core.js
var _a;
const _zodDesc = {
	value: void 0,
	enumerable: false
};
let _E = "captureStackTrace" in Error ? Error : null;
function newError(Definition) {
	const E = _E;
	if (E) {
		const saved = E.stackTraceLimit;
		if (typeof saved === "number") {
			try {
				E.stackTraceLimit = 0;
			} catch {
				_E = null;
				return new Definition();
			}
			try {
				return new Definition();
			} finally {
				E.stackTraceLimit = saved;
			}
		}
	}
	return new Definition();
}
/* @__NO_SIDE_EFFECTS__ */
function $constructor(name, initializer, proto, params) {
	const zodProto = {};
	function Internals(def) {
		this.def = def;
		this.constr = _;
		this.traits = /* @__PURE__ */ new Set();
	}
	Internals.prototype = zodProto;
	const protoMembers = proto;
	const initialized = protoMembers && /* @__PURE__ */ new WeakSet();
	function init(inst, def) {
		if (!inst._zod) {
			_zodDesc.value = new Internals(def);
			try {
				Object.defineProperty(inst, "_zod", _zodDesc);
			} finally {
				_zodDesc.value = void 0;
			}
		} else if (inst._zod.traits.has(name)) return;
		inst._zod.traits.add(name);
		initializer(inst, def);
		if (initialized) {
			const own = Object.getPrototypeOf(inst);
			const ctorProto = inst._zod.constr.prototype;
			let up = own;
			while (up && up !== ctorProto) up = Object.getPrototypeOf(up);
			const target = up ?? own;
			if (!initialized.has(target)) {
				initialized.add(target);
				members(target, protoMembers);
			}
		}
		const proto = _.prototype;
		for (const k in proto) {
			if (!Object.prototype.hasOwnProperty.call(proto, k)) continue;
			if (!(k in inst)) inst[k] = proto[k].bind(inst);
		}
	}
	const Parent = params?.Parent ?? Object;
	class Definition extends Parent {}
	Object.defineProperty(Definition, "name", { value: name });
	function _(def) {
		const inst = params?.Parent ? newError(Definition) : this;
		init(inst, def);
		const deferred = inst._zod.deferred;
		if (deferred) {
			for (const fn of deferred) fn();
			inst._zod.deferred = void 0;
		}
		const pp = globalThis.__zod_globalConfig?.postProcessor;
		if (pp) pp(inst);
		return inst;
	}
	Object.defineProperty(_, "init", { value: init });
	Object.defineProperty(_, Symbol.hasInstance, { value: (inst) => {
		if (params?.Parent && inst instanceof params.Parent) return true;
		return inst?._zod?.traits?.has(name);
	} });
	Object.defineProperty(_, "name", { value: name });
	return _;
}
var $ZodAsyncError = class extends Error {
	constructor() {
		super(`Encountered Promise during synchronous parse. Use .parseAsync() instead.`);
	}
};
(_a = globalThis).__zod_globalConfig ?? (_a.__zod_globalConfig = {});
const globalConfig = globalThis.__zod_globalConfig;
function config(newConfig) {
	if (newConfig) Object.assign(globalConfig, newConfig);
	return globalConfig;
}
// node_modules/zod/v4/core/errors.js
function _getMessage() {
	const internals = this._zod;
	internals.message ?? (internals.message = JSON.stringify(internals.def, jsonStringifyReplacer, 2));
	return internals.message;
}
function _setMessage(value) {
	this._zod.message = value;
}
const _messageDesc = {
	get: _getMessage,
	set: _setMessage,
	enumerable: true,
	configurable: true
};
const _issuesDesc = {
	value: void 0,
	enumerable: false
};
const _installedToString = /* @__PURE__ */ new WeakSet([Object.prototype, Error.prototype]);
const initializer = (inst, def) => {
	inst.name = "$ZodError";
	_issuesDesc.value = def;
	Object.defineProperty(inst, "issues", _issuesDesc);
	_issuesDesc.value = void 0;
	Object.defineProperty(inst, "message", _messageDesc);
	const proto = Object.getPrototypeOf(inst);
	if (!_installedToString.has(proto)) {
		_installedToString.add(proto);
		Object.defineProperty(proto, "toString", {
			configurable: true,
			enumerable: false,
			get() {
				const value = () => this.message;
				Object.defineProperty(this, "toString", {
					value,
					configurable: true,
					writable: true
				});
				return value;
			},
			set(value) {
				Object.defineProperty(this, "toString", {
					value,
					configurable: true,
					writable: true
				});
			}
		});
	}
};
const $ZodRealError = /* @__PURE__ */ $constructor("$ZodError", initializer, void 0, { Parent: Error });
// node_modules/zod/v4/core/parse.js
const _parse = (_Err) => {
	const fn = (schema, value, _ctx, _params) => {
		const ctx = _ctx ? {
			..._ctx,
			async: false
		} : { async: false };
		const result = schema._zod.run({
			value,
			issues: []
		}, ctx);
		if (result instanceof Promise) throw new $ZodAsyncError();
		if (result.issues.length) {
			const e = new ((_params?.Err) ?? _Err)(result.issues.map((iss) => finalizeIssue(iss, ctx, config())));
			captureStackTrace(e, _params?.callee ?? fn);
			throw e;
		}
		return result.value;
	};
	return fn;
};
const parse = /* @__PURE__*/ _parse($ZodRealError);
const _parseAsync = (_Err) => {
	const fn = async (schema, value, _ctx, params) => {
		const ctx = _ctx ? {
			..._ctx,
			async: true
		} : { async: true };
		let result = schema._zod.run({
			value,
			issues: []
		}, ctx);
		if (result instanceof Promise) result = await result;
		if (result.issues.length) {
			const e = new ((params?.Err) ?? _Err)(result.issues.map((iss) => finalizeIssue(iss, ctx, config())));
			captureStackTrace(e, params?.callee ?? fn);
			throw e;
		}
		return result.value;
	};
	return fn;
};
const parseAsync = /* @__PURE__*/ _parseAsync($ZodRealError);
const _safeParse = (_Err) => (schema, value, _ctx) => {
	const ctx = _ctx ? {
		..._ctx,
		async: false
	} : { async: false };
	const result = schema._zod.run({
		value,
		issues: []
	}, ctx);
	if (result instanceof Promise) throw new $ZodAsyncError();
	return result.issues.length ? failure(_Err, result.issues, ctx) : {
		success: true,
		data: result.value
	};
};
const safeParse = /* @__PURE__*/ _safeParse($ZodRealError);
function failure(Err, issues, ctx) {
	let error;
	return {
		success: false,
		get error() {
			if (!error) {
				error = new Err(issues.map((iss) => finalizeIssue(iss, ctx, config())));
				issues = void 0;
				ctx = void 0;
			}
			return error;
		},
		set error(e) {
			error = e;
			issues = void 0;
			ctx = void 0;
		}
	};
}
const _safeParseAsync = (_Err) => async (schema, value, _ctx) => {
	const ctx = _ctx ? {
		..._ctx,
		async: true
	} : { async: true };
	let result = schema._zod.run({
		value,
		issues: []
	}, ctx);
	if (result instanceof Promise) result = await result;
	return result.issues.length ? failure(_Err, result.issues, ctx) : {
		success: true,
		data: result.value
	};
};
const safeParseAsync = /* @__PURE__*/ _safeParseAsync($ZodRealError);
// node_modules/zod/v4/core/regexes.js
const dateSource = `(?:(?:\\d\\d[2468][048]|\\d\\d[13579][26]|\\d\\d0[48]|[02468][048]00|[13579][26]00)-02-29|\\d{4}-(?:(?:0[13578]|1[02])-(?:0[1-9]|[12]\\d|3[01])|(?:0[469]|11)-(?:0[1-9]|[12]\\d|30)|(?:02)-(?:0[1-9]|1\\d|2[0-8])))`;
function timeSource(args) {
	const hhmm = `(?:[01]\\d|2[0-3]):[0-5]\\d`;
	return typeof args.precision === "number" ? args.precision === -1 ? `${hhmm}` : args.precision === 0 ? `${hhmm}:[0-5]\\d` : `${hhmm}:[0-5]\\d\\.\\d{${args.precision}}` : args.seconds ? `${hhmm}:[0-5]\\d(?:\\.\\d+)?` : `${hhmm}(?::[0-5]\\d(?:\\.\\d+)?)?`;
}
function datetime$1(args) {
	const opts = ["Z"];
	if (args.offset) opts.push(`([+-](?:[01]\\d|2[0-3]):[0-5]\\d)`);
	const qualified = `${timeSource({
		precision: args.precision,
		seconds: true
	})}(?:${opts.join("|")})`;
	const timeRegex = args.local ? `${qualified}|${timeSource({ precision: args.precision })}` : qualified;
	return new RegExp(`^${dateSource}T(?:${timeRegex})$`);
}
const anyString = /^[\s\S]{0,}$/;
const number$1 = /^-?\d+(?:\.\d+)?$/;
const boolean$1 = /^(?:true|false)$/i;
// node_modules/zod/v4/core/checks.js
const $ZodCheck = /*@__PURE__*/ $constructor("$ZodCheck", (inst, def) => {
	var _a;
	inst._zod ?? (inst._zod = {});
	inst._zod.def = def;
	(_a = inst._zod).onattach ?? (_a.onattach = []);
});
/** Default `when` for length-based checks: run only on non-nullish values with a `length`. */
const _whenHasLength = (payload) => {
	const val = payload.value;
	return !nullish$1(val) && val.length !== void 0;
};
const numericOriginMap = {
	number: "number",
	bigint: "bigint",
	object: "date"
};
const $ZodCheckLessThan = /*@__PURE__*/ $constructor("$ZodCheckLessThan", (inst, def) => {
	$ZodCheck.init(inst, def);
	const origin = numericOriginMap[typeof def.value];
	inst._zod.check = (payload) => {
		if (def.inclusive ? payload.value <= def.value : payload.value < def.value) return;
		payload.issues.push({
			origin: numericOriginMap[typeof payload.value] ?? origin,
			code: "too_big",
			maximum: typeof def.value === "object" ? def.value.getTime() : def.value,
			input: payload.value,
			inclusive: def.inclusive,
			inst,
			continue: !def.abort
		});
	};
});
const $ZodCheckGreaterThan = /*@__PURE__*/ $constructor("$ZodCheckGreaterThan", (inst, def) => {
	$ZodCheck.init(inst, def);
	const origin = numericOriginMap[typeof def.value];
	inst._zod.check = (payload) => {
		if (def.inclusive ? payload.value >= def.value : payload.value > def.value) return;
		payload.issues.push({
			origin: numericOriginMap[typeof payload.value] ?? origin,
			code: "too_small",
			minimum: typeof def.value === "object" ? def.value.getTime() : def.value,
			input: payload.value,
			inclusive: def.inclusive,
			inst,
			continue: !def.abort
		});
	};
});
const $ZodCheckNumberFormat = /*@__PURE__*/ $constructor("$ZodCheckNumberFormat", (inst, def) => {
	$ZodCheck.init(inst, def);
	def.format = def.format || "float64";
	const isInt = def.format?.includes("int");
	const origin = isInt ? "int" : "number";
	const [minimum, maximum] = NUMBER_FORMAT_RANGES[def.format];
	inst._zod.check = (payload) => {
		const input = payload.value;
		if (isInt) {
			if (!Number.isInteger(input)) {
				payload.issues.push({
					expected: origin,
					format: def.format,
					code: "invalid_type",
					continue: false,
					input,
					inst
				});
				return;
			}
			if (!Number.isSafeInteger(input)) {
				if (input > 0) payload.issues.push({
					input,
					code: "too_big",
					maximum: Number.MAX_SAFE_INTEGER,
					note: "Integers must be within the safe integer range.",
					inst,
					origin,
					inclusive: true,
					continue: !def.abort
				});
				else payload.issues.push({
					input,
					code: "too_small",
					minimum: Number.MIN_SAFE_INTEGER,
					note: "Integers must be within the safe integer range.",
					inst,
					origin,
					inclusive: true,
					continue: !def.abort
				});
				return;
			}
		}
		if (input < minimum) payload.issues.push({
			origin: "number",
			input,
			code: "too_small",
			minimum,
			inclusive: true,
			inst,
			continue: !def.abort
		});
		if (input > maximum) payload.issues.push({
			origin: "number",
			input,
			code: "too_big",
			maximum,
			inclusive: true,
			inst,
			continue: !def.abort
		});
	};
});
const $ZodCheckMaxLength = /*@__PURE__*/ $constructor("$ZodCheckMaxLength", (inst, def) => {
	var _a;
	$ZodCheck.init(inst, def);
	(_a = inst._zod.def).when ?? (_a.when = _whenHasLength);
	inst._zod.check = (payload) => {
		const input = payload.value;
		const units = input.length;
		if ((typeof input === "string" && units > def.maximum ? codePointLength(input) : units) <= def.maximum) return;
		const origin = getLengthableOrigin(input);
		payload.issues.push({
			origin,
			code: "too_big",
			maximum: def.maximum,
			inclusive: true,
			input,
			inst,
			continue: !def.abort
		});
	};
});
const $ZodCheckMinLength = /*@__PURE__*/ $constructor("$ZodCheckMinLength", (inst, def) => {
	var _a;
	$ZodCheck.init(inst, def);
	(_a = inst._zod.def).when ?? (_a.when = _whenHasLength);
	inst._zod.check = (payload) => {
		const input = payload.value;
		const units = input.length;
		if ((typeof input === "string" && units >= def.minimum && units < def.minimum * 2 ? codePointLength(input) : units) >= def.minimum) return;
		const origin = getLengthableOrigin(input);
		payload.issues.push({
			origin,
			code: "too_small",
			minimum: def.minimum,
			inclusive: true,
			input,
			inst,
			continue: !def.abort
		});
	};
});
const $ZodCheckStringFormat = /*@__PURE__*/ $constructor("$ZodCheckStringFormat", (inst, def) => {
	var _a, _b;
	$ZodCheck.init(inst, def);
	if (def.pattern) (_a = inst._zod).check ?? (_a.check = (payload) => {
		def.pattern.lastIndex = 0;
		if (def.pattern.test(payload.value)) return;
		payload.issues.push({
			origin: "string",
			code: "invalid_format",
			format: def.format,
			input: payload.value,
			...def.pattern ? { pattern: def.pattern.toString() } : {},
			inst,
			continue: !def.abort
		});
	});
	else (_b = inst._zod).check ?? (_b.check = () => {});
});
const $ZodCheckRegex = /*@__PURE__*/ $constructor("$ZodCheckRegex", (inst, def) => {
	$ZodCheckStringFormat.init(inst, def);
	inst._zod.check = (payload) => {
		def.pattern.lastIndex = 0;
		if (def.pattern.test(payload.value)) return;
		payload.issues.push({
			origin: "string",
			code: "invalid_format",
			format: "regex",
			input: payload.value,
			pattern: def.pattern.toString(),
			inst,
			continue: !def.abort
		});
	};
});
// node_modules/zod/v4/core/versions.js
const version = {
	major: 4,
	minor: 6,
	patch: 7
};
// node_modules/zod/v4/core/schemas.js
const $ZodType = /*@__PURE__*/ $constructor("$ZodType", (inst, def) => {
	var _a;
	inst ?? (inst = {});
	inst._zod.def = def;
	inst._zod.bag = inst._zod.bag || {};
	inst._zod.version = version;
	const defChecks = inst._zod.def.checks;
	const checks = inst._zod.traits.has("$ZodCheck") ? [inst, ...defChecks ?? []] : defChecks?.length ? [...defChecks] : [];
	for (const ch of checks) for (const fn of ch._zod.onattach) fn(inst);
	if (checks.length === 0) {
		(_a = inst._zod).deferred ?? (_a.deferred = []);
		inst._zod.deferred?.push(() => {
			inst._zod.run = inst._zod.parse;
		});
	} else {
		const runChecks = (payload, checks, ctx) => {
			if (payload.memo) return payload;
			let isAborted = aborted(payload);
			let asyncResult;
			for (const ch of checks) {
				if (ch._zod.def.when) {
					if (explicitlyAborted(payload)) continue;
					if (!ch._zod.def.when(payload)) continue;
				} else if (isAborted) continue;
				const currLen = payload.issues.length;
				const _ = ch._zod.check(payload);
				if (_ instanceof Promise && ctx?.async === false) throw new $ZodAsyncError();
				if (asyncResult || _ instanceof Promise) asyncResult = (asyncResult ?? Promise.resolve()).then(async () => {
					await _;
					if (payload.issues.length === currLen) return;
					attachSchema(payload.issues, currLen, inst);
					if (!isAborted) isAborted = aborted(payload, currLen);
				});
				else {
					if (payload.issues.length === currLen) continue;
					attachSchema(payload.issues, currLen, inst);
					if (!isAborted) isAborted = aborted(payload, currLen);
				}
			}
			if (asyncResult) return asyncResult.then(() => {
				return payload;
			});
			return payload;
		};
		const handleCanaryResult = (canary, payload, ctx) => {
			if (aborted(canary)) {
				canary.aborted = true;
				return canary;
			}
			const checkResult = runChecks(payload, checks, ctx);
			if (checkResult instanceof Promise) {
				if (ctx.async === false) throw new $ZodAsyncError();
				return checkResult.then((checkResult) => inst._zod.parse(checkResult, ctx));
			}
			return inst._zod.parse(checkResult, ctx);
		};
		inst._zod.run = (payload, ctx) => {
			if (ctx.skipChecks) return inst._zod.parse(payload, ctx);
			if (ctx.direction === "backward") {
				const canary = inst._zod.parse({
					value: payload.value,
					issues: []
				}, {
					...ctx,
					skipChecks: true
				});
				if (canary instanceof Promise) return canary.then((canary) => {
					return handleCanaryResult(canary, payload, ctx);
				});
				return handleCanaryResult(canary, payload, ctx);
			}
			const result = inst._zod.parse(payload, ctx);
			if (result instanceof Promise) {
				if (ctx.async === false) throw new $ZodAsyncError();
				return result.then((result) => runChecks(result, checks, ctx));
			}
			return runChecks(result, checks, ctx);
		};
	}
}, {
	get "~standard"() {
		return hide(this, "~standard", standardProps(this));
	},
	set "~standard"(value) {
		own(this, "~standard", value);
	}
});
/** The Standard Schema surface for `inst`. Shared so wrappers can extend it without forcing it. */
const toStandardResult = (r, ctx) => r.issues.length ? { issues: r.issues.map((iss) => finalizeIssue(iss, ctx, config())) } : { value: r.value };
async function validateAsync(inst, value) {
	const ctx = { async: true };
	return toStandardResult(await inst._zod.run({
		value,
		issues: []
	}, ctx), ctx);
}
function standardProps(inst) {
	return {
		validate: (value) => {
			const ctx = { async: false };
			try {
				const r = inst._zod.run({
					value,
					issues: []
				}, ctx);
				if (!(r instanceof Promise)) return toStandardResult(r, ctx);
			} catch (_) {}
			return validateAsync(inst, value);
		},
		vendor: "zod",
		version: 1
	};
}
const $ZodString = /*@__PURE__*/ $constructor("$ZodString", (inst, def) => {
	$ZodType.init(inst, def);
	inst._zod.pattern = def.pattern ?? anyString;
	inst._zod.parse = (payload, _) => {
		if (def.coerce) try {
			payload.value = String(payload.value);
		} catch (_) {}
		if (typeof payload.value === "string") return payload;
		payload.issues.push({
			expected: "string",
			code: "invalid_type",
			input: payload.value,
			inst
		});
		return payload;
	};
});
const $ZodStringFormat = /*@__PURE__*/ $constructor("$ZodStringFormat", (inst, def) => {
	$ZodCheckStringFormat.init(inst, def);
	$ZodString.init(inst, def);
});
const $ZodISODateTime = /*@__PURE__*/ $constructor("$ZodISODateTime", (inst, def) => {
	def.pattern ?? (def.pattern = datetime$1(def));
	$ZodStringFormat.init(inst, def);
});
const $ZodNumber = /*@__PURE__*/ $constructor("$ZodNumber", (inst, def) => {
	$ZodType.init(inst, def);
	inst._zod.pattern = number$1;
	inst._zod.parse = (payload, _ctx) => {
		if (def.coerce) try {
			payload.value = Number(payload.value);
		} catch (_) {}
		const input = payload.value;
		if (typeof input === "number" && !Number.isNaN(input) && Number.isFinite(input)) return payload;
		const received = typeof input === "number" ? Number.isNaN(input) ? "NaN" : !Number.isFinite(input) ? String(input) : void 0 : void 0;
		payload.issues.push({
			expected: "number",
			code: "invalid_type",
			input,
			inst,
			...received ? { received } : {}
		});
		return payload;
	};
});
const $ZodNumberFormat = /*@__PURE__*/ $constructor("$ZodNumberFormat", (inst, def) => {
	$ZodCheckNumberFormat.init(inst, def);
	$ZodNumber.init(inst, def);
});
const $ZodBoolean = /*@__PURE__*/ $constructor("$ZodBoolean", (inst, def) => {
	$ZodType.init(inst, def);
	inst._zod.pattern = boolean$1;
	inst._zod.parse = (payload, _ctx) => {
		if (def.coerce) try {
			payload.value = Boolean(payload.value);
		} catch (_) {}
		const input = payload.value;
		if (typeof input === "boolean") return payload;
		payload.issues.push({
			expected: "boolean",
			code: "invalid_type",
			input,
			inst
		});
		return payload;
	};
});
const $ZodNever = /*@__PURE__*/ $constructor("$ZodNever", (inst, def) => {
	$ZodType.init(inst, def);
	inst._zod.parse = (payload, _ctx) => {
		payload.issues.push({
			expected: "never",
			code: "invalid_type",
			input: payload.value,
			inst
		});
		return payload;
	};
});
function capSize(inst, size) {
	const caps = sizeCaps(inst._zod.def.checks);
	if (!caps.length) return;
	const cap = Math.min(...caps.map((c) => c[0]));
	const parse = inst._zod.parse;
	inst._zod.parse = (payload, ctx) => {
		const n = size(payload.value);
		if (n > cap && !ctx?.skipChecks && ctx?.direction !== "backward") {
			for (const [max, ch] of sizeCaps(inst._zod.def.checks)) if (n > max && ch._zod.def.when(payload)) {
				const start = payload.issues.length;
				ch._zod.check(payload);
				payload.issues[start].continue = false;
				attachSchema(payload.issues, start, inst);
				return payload;
			}
		}
		return parse(payload, ctx);
	};
}
const arraySize = (input) => Array.isArray(input) ? input.length : -1;
function handleArrayResult(result, final, index) {
	if (result.issues.length) final.issues.push(...prefixIssues(index, result.issues));
	final.value[index] = result.value;
}
const $ZodArray = /*@__PURE__*/ $constructor("$ZodArray", (inst, def) => {
	$ZodType.init(inst, def);
	const memo = globalConfig.memoizer;
	memo?.attach(inst);
	inst._zod.parse = (payload, ctx) => {
		const input = payload.value;
		if (!Array.isArray(input)) {
			payload.issues.push({
				expected: "array",
				code: "invalid_type",
				input,
				inst
			});
			return payload;
		}
		payload.value = memo ? memo.alloc(inst, payload, Array(input.length), ctx) : Array(input.length);
		const proms = [];
		const abortEarly = ctx?.abortEarly;
		for (let i = 0; i < input.length; i++) {
			const item = input[i];
			const result = def.element._zod.run({
				value: item,
				issues: []
			}, ctx);
			if (result instanceof Promise) proms.push(result.then((result) => handleArrayResult(result, payload, i)));
			else {
				handleArrayResult(result, payload, i);
				if (abortEarly && result.issues.length !== 0 && aborted(result)) break;
			}
		}
		if (proms.length) return Promise.all(proms).then(() => payload);
		return payload;
	};
	capSize(inst, arraySize);
});
function handlePropertyResult(result, final, key, input, optin, optout) {
	const isPresent = key in input;
	const isOptionalOut = optout === "optional";
	if (!isPresent && isOptionalOut && optin === "optional") return;
	if (result.issues.length) {
		if (optin !== void 0 && isOptionalOut && !isPresent) return;
		final.issues.push(...prefixIssues(key, result.issues));
	}
	if (!isPresent && optin === void 0) {
		if (!result.issues.length) final.issues.push({
			code: "invalid_type",
			expected: "nonoptional",
			input: void 0,
			path: [key]
		});
		return;
	}
	if (result.value === void 0) {
		if (isPresent || optin === "defaulted" && !isOptionalOut) final.value[key] = void 0;
	} else final.value[key] = result.value;
}
const NO_SYMBOL_KEYS = [];
function normalizeDef(def) {
	const keys = Object.keys(def.shape);
	const ownSymbols = Object.getOwnPropertySymbols(def.shape);
	const symbolKeys = ownSymbols.length ? ownSymbols : NO_SYMBOL_KEYS;
	const allKeys = symbolKeys.length ? [...keys, ...symbolKeys] : keys;
	for (const k of allKeys) if (!def.shape?.[k]?._zod?.traits?.has("$ZodType")) throw new Error(`Invalid element at key "${String(k)}": expected a Zod schema`);
	const okeys = optionalKeys(def.shape);
	return {
		...def,
		allKeys,
		symbolKeys,
		keySet: new Set(keys),
		numKeys: keys.length,
		optionalKeys: new Set(okeys)
	};
}
function handleCatchall(proms, input, payload, ctx, def, inst, abortEarly) {
	const unrecognized = [];
	const keySet = def.keySet;
	const _catchall = def.catchall._zod;
	const t = _catchall.def.type;
	const optin = _catchall.optin;
	const optout = _catchall.optout;
	let seen = 0;
	for (const key in input) {
		if (abortEarly && payload.issues.length !== seen) {
			if (aborted(payload, seen)) break;
			seen = payload.issues.length;
		}
		if (keySet.has(key)) continue;
		if (key === "__proto__") {
			if (t === "never") unrecognized.push(key);
			continue;
		}
		if (t === "never") {
			unrecognized.push(key);
			continue;
		}
		const r = _catchall.run({
			value: input[key],
			issues: []
		}, ctx);
		if (r instanceof Promise) proms.push(r.then((r) => handlePropertyResult(r, payload, key, input, optin, optout)));
		else handlePropertyResult(r, payload, key, input, optin, optout);
	}
	if (unrecognized.length) payload.issues.push({
		code: "unrecognized_keys",
		keys: unrecognized,
		input,
		inst,
		continue: true
	});
	if (!proms.length) return payload;
	return Promise.all(proms).then(() => {
		return payload;
	});
}
const $ZodObject = /*@__PURE__*/ $constructor("$ZodObject", (inst, def) => {
	$ZodType.init(inst, def);
	const desc = Object.getOwnPropertyDescriptor(def, "shape");
	const sh = desc?.get ? desc.get.raw : def.shape ?? {};
	if (sh) {
		const get = () => {
			const newSh = { ...sh };
			Object.defineProperty(def, "shape", { value: newSh });
			get.raw = newSh;
			return newSh;
		};
		get.raw = sh;
		Object.defineProperty(def, "shape", { get });
	}
	const _normalized = cached(() => normalizeDef(def));
	defineLazyInternal(inst, "propValues", (zod) => {
		const shape = zod.def.shape;
		const propValues = {};
		for (const key in shape) {
			const field = shape[key]._zod;
			if (field.values) {
				if (!Object.prototype.hasOwnProperty.call(propValues, key)) assignProp(propValues, key, /* @__PURE__ */ new Set());
				for (const v of field.values) propValues[key].add(v);
				if (field.optin !== void 0) propValues[key].add(void 0);
			}
		}
		return propValues;
	});
	const isObject$1 = isObject;
	const catchall = def.catchall;
	let value;
	const memo = globalConfig.memoizer;
	memo?.attach(inst);
	inst._zod.parse = (payload, ctx) => {
		value ?? (value = _normalized.value);
		const input = payload.value;
		if (!isObject$1(input)) {
			payload.issues.push({
				expected: "object",
				code: "invalid_type",
				input,
				inst
			});
			return payload;
		}
		payload.value = memo ? memo.alloc(inst, payload, {}, ctx) : {};
		const proms = [];
		const shape = value.shape;
		const abortEarly = ctx?.abortEarly;
		let seen = payload.issues.length;
		for (const key of value.allKeys) {
			if (abortEarly && payload.issues.length !== seen) {
				if (aborted(payload, seen)) break;
				seen = payload.issues.length;
			}
			if (key === "__proto__") continue;
			const el = shape[key];
			const optin = el._zod.optin;
			const optout = el._zod.optout;
			const r = el._zod.run({
				value: input[key],
				issues: []
			}, ctx);
			if (r instanceof Promise) proms.push(r.then((r) => handlePropertyResult(r, payload, key, input, optin, optout)));
			else handlePropertyResult(r, payload, key, input, optin, optout);
		}
		if (!catchall) return proms.length ? Promise.all(proms).then(() => payload) : payload;
		return handleCatchall(proms, input, payload, ctx, _normalized.value, inst, abortEarly === true);
	};
});
function handleUnionResults(results, final, inst, ctx) {
	for (const result of results) if (result.issues.length === 0) {
		final.value = result.value;
		return final;
	}
	const nonaborted = results.filter((r) => !aborted(r));
	if (nonaborted.length === 1) {
		final.value = nonaborted[0].value;
		return nonaborted[0];
	}
	final.issues.push({
		code: "invalid_union",
		input: final.value,
		inst,
		errors: results.map((result) => result.issues.map((iss) => finalizeIssue(iss, ctx, config())))
	});
	return final;
}
const $ZodUnion = /*@__PURE__*/ $constructor("$ZodUnion", (inst, def) => {
	$ZodType.init(inst, def);
	defineLazyInternal(inst, "optin", (zod) => zod.def.options.some((o) => o._zod.optin === "defaulted") ? "defaulted" : zod.def.options.some((o) => o._zod.optin !== void 0) ? "optional" : void 0);
	defineLazyInternal(inst, "optout", (zod) => zod.def.options.some((o) => o._zod.optout === "optional") ? "optional" : void 0);
	defineLazyInternal(inst, "values", (zod) => {
		if (zod.def.options.every((o) => o._zod.values)) return new Set(zod.def.options.flatMap((option) => Array.from(option._zod.values)));
	});
	defineLazyInternal(inst, "pattern", (zod) => {
		if (zod.def.options.every((o) => o._zod.pattern)) {
			const patterns = zod.def.options.map((o) => o._zod.pattern);
			return new RegExp(`^(${patterns.map((p) => cleanRegex(p.source)).join("|")})$`);
		}
	});
	const first = def.options.length === 1 ? def.options[0]._zod.run : null;
	inst._zod.parse = (payload, ctx) => {
		if (first) return first(payload, ctx);
		let async = false;
		const results = [];
		for (const option of def.options) {
			const result = option._zod.run({
				value: payload.value,
				issues: []
			}, ctx);
			if (result instanceof Promise) {
				results.push(result);
				async = true;
			} else {
				if (result.issues.length === 0) return result;
				results.push(result);
			}
		}
		if (!async) return handleUnionResults(results, payload, inst, ctx);
		return Promise.all(results).then((results) => {
			return handleUnionResults(results, payload, inst, ctx);
		});
	};
});
function discriminatorMap(def) {
	const map = /* @__PURE__ */ new Map();
	for (const option of def.options) {
		const values = option._zod.propValues?.[def.discriminator];
		if (!values || values.size === 0) throw new Error(`Invalid discriminated union option at index "${def.options.indexOf(option)}"`);
		for (const value of values) if (map.has(value)) {
			if (value !== void 0) throw new Error(`Duplicate discriminator value "${String(value)}"`);
			map.set(value, null);
		} else map.set(value, option);
	}
	return map;
}
const $ZodDiscriminatedUnion = /*@__PURE__*/ $constructor("$ZodDiscriminatedUnion", (inst, def) => {
	def.inclusive = false;
	$ZodUnion.init(inst, def);
	const _super = inst._zod.parse;
	defineLazyInternal(inst, "propValues", (zod) => {
		const propValues = {};
		let undefinedCount = 0;
		for (const option of zod.def.options) {
			const pv = option._zod.propValues;
			if (!pv || Object.keys(pv).length === 0) throw new Error(`Invalid discriminated union option at index "${zod.def.options.indexOf(option)}"`);
			if (pv[zod.def.discriminator]?.has(void 0)) undefinedCount++;
			for (const [k, v] of Object.entries(pv)) {
				if (!Object.prototype.hasOwnProperty.call(propValues, k)) assignProp(propValues, k, /* @__PURE__ */ new Set());
				for (const val of v) propValues[k].add(val);
			}
		}
		if (!zod.def.unionFallback && undefinedCount > 1) propValues[zod.def.discriminator]?.delete(void 0);
		return propValues;
	});
	def.options.forEach((option, i) => {
		const propShape = rawShape(option._zod.def);
		if (propShape && !Object.prototype.hasOwnProperty.call(propShape, def.discriminator)) throw new Error(`Invalid discriminated union option at index "${i}"`);
	});
	const disc = cached(() => discriminatorMap(def));
	inst._zod.parse = (payload, ctx) => {
		const input = payload.value;
		if (!isObject(input)) {
			payload.issues.push({
				code: "invalid_type",
				expected: "object",
				input,
				inst
			});
			return payload;
		}
		const value = input?.[def.discriminator];
		const opt = disc.value.get(value);
		if (opt && (value !== void 0 || ctx.direction !== "backward")) return opt._zod.run(payload, ctx);
		if (def.unionFallback || ctx.direction === "backward") return _super(payload, ctx);
		payload.issues.push({
			code: "invalid_union",
			errors: [],
			note: "No matching discriminator",
			discriminator: def.discriminator,
			options: Array.from(disc.value.keys()).filter((value) => disc.value.get(value) !== null),
			input,
			path: [def.discriminator],
			inst
		});
		return payload;
	};
});
const $ZodRecord = /*@__PURE__*/ $constructor("$ZodRecord", (inst, def) => {
	$ZodType.init(inst, def);
	const memo = globalConfig.memoizer;
	memo?.attach(inst);
	inst._zod.parse = (payload, ctx) => {
		const input = payload.value;
		if (!isPlainObject(input)) {
			payload.issues.push({
				expected: "record",
				code: "invalid_type",
				input,
				inst
			});
			return payload;
		}
		const proms = [];
		const values = def.keyType._zod.values;
		if (values && !def.partial) {
			payload.value = memo ? memo.alloc(inst, payload, {}, ctx) : {};
			const recordKeys = /* @__PURE__ */ new Set();
			for (const key of values) if (typeof key === "string" || typeof key === "number" || typeof key === "symbol") {
				recordKeys.add(typeof key === "number" ? key.toString() : key);
				if (key === "__proto__") continue;
				const keyResult = def.keyType._zod.run({
					value: key,
					issues: []
				}, ctx);
				if (keyResult instanceof Promise) throw new Error("Async schemas not supported in object keys currently");
				if (keyResult.issues.length) {
					payload.issues.push({
						code: "invalid_key",
						origin: "record",
						issues: keyResult.issues.map((iss) => finalizeIssue(iss, ctx, config())),
						input: key,
						path: [key],
						inst
					});
					continue;
				}
				const outKey = keyResult.value;
				if (outKey === "__proto__") continue;
				const result = def.valueType._zod.run({
					value: input[key],
					issues: []
				}, ctx);
				if (result instanceof Promise) proms.push(result.then((result) => {
					if (result.issues.length) payload.issues.push(...prefixIssues(key, result.issues));
					payload.value[outKey] = result.value;
				}));
				else {
					if (result.issues.length) payload.issues.push(...prefixIssues(key, result.issues));
					payload.value[outKey] = result.value;
				}
			}
			let unrecognized;
			for (const key in input) if (!recordKeys.has(key)) {
				if (def.mode === "loose") {
					if (key === "__proto__") continue;
					payload.value[key] = input[key];
				} else {
					unrecognized = unrecognized ?? [];
					unrecognized.push(key);
				}
			}
			if (unrecognized && unrecognized.length > 0) payload.issues.push({
				code: "unrecognized_keys",
				input,
				inst,
				keys: unrecognized,
				continue: true
			});
		} else {
			payload.value = memo ? memo.alloc(inst, payload, {}, ctx) : {};
			let unrecognized;
			for (const key of Reflect.ownKeys(input)) {
				if (key === "__proto__") continue;
				if (!Object.prototype.propertyIsEnumerable.call(input, key)) continue;
				let keyResult = def.keyType._zod.run({
					value: key,
					issues: []
				}, ctx);
				if (keyResult instanceof Promise) throw new Error("Async schemas not supported in object keys currently");
				if (typeof key === "string" && number$1.test(key) && keyResult.issues.length) {
					const retryResult = def.keyType._zod.run({
						value: Number(key),
						issues: []
					}, ctx);
					if (retryResult instanceof Promise) throw new Error("Async schemas not supported in object keys currently");
					if (retryResult.issues.length === 0) keyResult = retryResult;
				}
				if (keyResult.issues.length) {
					if (def.mode === "loose") payload.value[key] = input[key];
					else if (values) {
						unrecognized = unrecognized ?? [];
						unrecognized.push(key);
					} else payload.issues.push({
						code: "invalid_key",
						origin: "record",
						issues: keyResult.issues.map((iss) => finalizeIssue(iss, ctx, config())),
						input: key,
						path: [key],
						inst
					});
					continue;
				}
				const outKey = keyResult.value;
				if (outKey === "__proto__") continue;
				const result = def.valueType._zod.run({
					value: input[key],
					issues: []
				}, ctx);
				if (result instanceof Promise) proms.push(result.then((result) => {
					if (result.issues.length) payload.issues.push(...prefixIssues(key, result.issues));
					payload.value[outKey] = result.value;
				}));
				else {
					if (result.issues.length) payload.issues.push(...prefixIssues(key, result.issues));
					payload.value[outKey] = result.value;
				}
			}
			if (unrecognized && unrecognized.length > 0) payload.issues.push({
				code: "unrecognized_keys",
				input,
				inst,
				keys: unrecognized,
				continue: true
			});
		}
		if (proms.length) return Promise.all(proms).then(() => payload);
		return payload;
	};
});
const $ZodEnum = /*@__PURE__*/ $constructor("$ZodEnum", (inst, def) => {
	$ZodType.init(inst, def);
	const values = getEnumValues(def.entries);
	const valuesSet = new Set(values);
	inst._zod.values = valuesSet;
	defineLazyInternal(inst, "pattern", (zod) => {
		const patternValues = getEnumValues(zod.def.entries).filter((k) => propertyKeyTypes.has(typeof k));
		return new RegExp(patternValues.length ? `^(${patternValues.map((o) => escapeRegex(o.toString())).join("|")})$` : "^[^\\s\\S]$");
	});
	inst._zod.parse = (payload, _ctx) => {
		const input = payload.value;
		if (valuesSet.has(input)) return payload;
		payload.issues.push({
			code: "invalid_value",
			values,
			input,
			inst
		});
		return payload;
	};
});
const $ZodLiteral = /*@__PURE__*/ $constructor("$ZodLiteral", (inst, def) => {
	$ZodType.init(inst, def);
	const values = new Set(def.values);
	inst._zod.values = values;
	defineLazyInternal(inst, "pattern", (zod) => {
		const vals = zod.def.values;
		return new RegExp(vals.length ? `^(${vals.map((o) => typeof o === "string" ? escapeRegex(o) : o ? escapeRegex(o.toString()) : String(o)).join("|")})$` : "^[^\\s\\S]$");
	});
	inst._zod.parse = (payload, _ctx) => {
		const input = payload.value;
		if (values.has(input)) return payload;
		payload.issues.push({
			code: "invalid_value",
			values: def.values,
			input,
			inst
		});
		return payload;
	};
});
function handleOptionalResult(payload, result) {
	payload.value = result.issues.length ? void 0 : result.value;
	return payload;
}
const $ZodOptional = /*@__PURE__*/ $constructor("$ZodOptional", (inst, def) => {
	$ZodType.init(inst, def);
	defineLazyInternal(inst, "optin", (zod) => zod.def.innerType._zod.optin === "defaulted" ? "defaulted" : "optional");
	inst._zod.optout = "optional";
	defineLazyInternal(inst, "values", (zod) => {
		const values = zod.def.innerType._zod.values;
		return values ? /* @__PURE__ */ new Set([...values, void 0]) : void 0;
	});
	defineLazyInternal(inst, "pattern", (zod) => {
		const pattern = zod.def.innerType._zod.pattern;
		return pattern ? new RegExp(`^(${cleanRegex(pattern.source)})?$`) : void 0;
	});
	inst._zod.parse = (payload, ctx) => {
		if (payload.value === void 0) {
			if (def.innerType._zod.optin !== "defaulted") return payload;
			const result = def.innerType._zod.run({
				value: payload.value,
				issues: []
			}, ctx);
			if (result instanceof Promise) return result.then((result) => handleOptionalResult(payload, result));
			return handleOptionalResult(payload, result);
		}
		return def.innerType._zod.run(payload, ctx);
	};
});
const $ZodNullable = /*@__PURE__*/ $constructor("$ZodNullable", (inst, def) => {
	$ZodType.init(inst, def);
	defineLazyInternal(inst, "optin", (zod) => zod.def.innerType._zod.optin);
	defineLazyInternal(inst, "optout", (zod) => zod.def.innerType._zod.optout);
	defineLazyInternal(inst, "pattern", (zod) => {
		const pattern = zod.def.innerType._zod.pattern;
		return pattern ? new RegExp(`^(${cleanRegex(pattern.source)}|null)$`) : void 0;
	});
	defineLazyInternal(inst, "values", (zod) => {
		return zod.def.innerType._zod.values ? /* @__PURE__ */ new Set([...zod.def.innerType._zod.values, null]) : void 0;
	});
	inst._zod.parse = (payload, ctx) => {
		if (payload.value === null) return payload;
		return def.innerType._zod.run(payload, ctx);
	};
});
const $ZodDefault = /*@__PURE__*/ $constructor("$ZodDefault", (inst, def) => {
	$ZodType.init(inst, def);
	inst._zod.optin = "defaulted";
	defineLazyInternal(inst, "values", (zod) => zod.def.innerType._zod.values);
	inst._zod.parse = (payload, ctx) => {
		if (ctx.direction === "backward") return def.innerType._zod.run(payload, ctx);
		if (payload.value === void 0) {
			payload.value = def.defaultValue;
			/**
			* $ZodDefault returns the default value immediately in forward direction.
			* It doesn't pass the default value into the validator ("prefault"). There's no reason to pass the default value through validation. The validity of the default is enforced by TypeScript statically. Otherwise, it's the responsibility of the user to ensure the default is valid. In the case of pipes with divergent in/out types, you can specify the default on the `in` schema of your ZodPipe to set a "prefault" for the pipe.   */
			return payload;
		}
		const result = def.innerType._zod.run(payload, ctx);
		if (result instanceof Promise) return result.then((result) => handleDefaultResult(result, def));
		return handleDefaultResult(result, def);
	};
});
function handleDefaultResult(payload, def) {
	if (payload.value === void 0) payload.value = def.defaultValue;
	return payload;
}
// node_modules/zod/v4/core/api.js
function snapshotChecks(def) {
	if (def.checks) def.checks = [...def.checks];
	return def;
}
// @__NO_SIDE_EFFECTS__
function _string(Class, params) {
	return new Class(snapshotChecks({
		type: "string",
		...normalizeParams(params)
	}));
}
// @__NO_SIDE_EFFECTS__
function _isoDateTime(Class, params) {
	return new Class({
		type: "string",
		format: "datetime",
		check: "string_format",
		offset: false,
		local: false,
		precision: null,
		...normalizeParams(params)
	});
}
// @__NO_SIDE_EFFECTS__
function _number(Class, params) {
	return new Class(snapshotChecks({
		type: "number",
		checks: [],
		...normalizeParams(params)
	}));
}
// @__NO_SIDE_EFFECTS__
function _int(Class, params) {
	return new Class({
		type: "number",
		check: "number_format",
		abort: false,
		format: "safeint",
		...normalizeParams(params)
	});
}
// @__NO_SIDE_EFFECTS__
function _boolean(Class, params) {
	return new Class({
		type: "boolean",
		...normalizeParams(params)
	});
}
// @__NO_SIDE_EFFECTS__
function _never(Class, params) {
	return new Class({
		type: "never",
		...normalizeParams(params)
	});
}
// @__NO_SIDE_EFFECTS__
function _lte(value, params) {
	return new $ZodCheckLessThan({
		check: "less_than",
		...normalizeParams(params),
		value,
		inclusive: true
	});
}
// @__NO_SIDE_EFFECTS__
function _gt(value, params) {
	return new $ZodCheckGreaterThan({
		check: "greater_than",
		...normalizeParams(params),
		value,
		inclusive: false
	});
}
// @__NO_SIDE_EFFECTS__
function _gte(value, params) {
	return new $ZodCheckGreaterThan({
		check: "greater_than",
		...normalizeParams(params),
		value,
		inclusive: true
	});
}
// @__NO_SIDE_EFFECTS__
function _positive(params) {
	return /* @__PURE__ */ _gt(0, params);
}
// @__NO_SIDE_EFFECTS__
function _maxLength(maximum, params) {
	return new $ZodCheckMaxLength({
		check: "max_length",
		...normalizeParams(params),
		maximum
	});
}
// @__NO_SIDE_EFFECTS__
function _minLength(minimum, params) {
	return new $ZodCheckMinLength({
		check: "min_length",
		...normalizeParams(params),
		minimum
	});
}
// @__NO_SIDE_EFFECTS__
function _regex(pattern, params) {
	return new $ZodCheckRegex({
		check: "string_format",
		format: "regex",
		...normalizeParams(params),
		pattern
	});
}
// node_modules/zod/v4/mini/schemas.js
const ZodMiniType = /*@__PURE__*/ $constructor("ZodMiniType", (inst, def) => {
	if (!inst._zod) throw new Error("Uninitialized schema in ZodMiniType.");
	$ZodType.init(inst, def);
	inst.def = def;
	inst.type = def.type;
}, {
	get with() {
		return this.check;
	},
	set with(value) {
		own(this, "with", value);
	},
	parse(data, params) {
		return parse(this, data, params, { callee: this.parse });
	},
	parseAsync(data, params) {
		return parseAsync(this, data, params, { callee: this.parseAsync });
	},
	safeParse(data, params) {
		return safeParse(this, data, params);
	},
	safeParseAsync(data, params) {
		return safeParseAsync(this, data, params);
	},
	check(...checks) {
		const def = this.def;
		return this.clone({
			...def,
			checks: [...def.checks ?? [], ...checks.map((ch) => typeof ch === "function" ? { _zod: {
				check: ch,
				def: { check: "custom" },
				onattach: []
			} } : ch)]
		}, { parent: true });
	},
	clone(_def, params) {
		return clone(this, _def, params);
	},
	brand() {
		return this;
	},
	register(reg, meta) {
		reg.add(this, meta);
		return this;
	},
	apply(fn, ...args) {
		return args.length === 0 ? fn(this) : fn(this, ...args);
	}
});
const ZodMiniString = /*@__PURE__*/ $constructor("ZodMiniString", (inst, def) => {
	$ZodString.init(inst, def);
	ZodMiniType.init(inst, def);
});
// @__NO_SIDE_EFFECTS__
function string(params) {
	return /* @__PURE__ */ _string(ZodMiniString, params);
}
const ZodMiniStringFormat = /*@__PURE__*/ $constructor("ZodMiniStringFormat", (inst, def) => {
	$ZodStringFormat.init(inst, def);
	ZodMiniString.init(inst, def);
});
const ZodMiniNumber = /*@__PURE__*/ $constructor("ZodMiniNumber", (inst, def) => {
	$ZodNumber.init(inst, def);
	ZodMiniType.init(inst, def);
});
// @__NO_SIDE_EFFECTS__
function number(params) {
	return /* @__PURE__ */ _number(ZodMiniNumber, params);
}
const ZodMiniNumberFormat = /*@__PURE__*/ $constructor("ZodMiniNumberFormat", (inst, def) => {
	$ZodNumberFormat.init(inst, def);
	ZodMiniNumber.init(inst, def);
});
function int(params) {
	return /* @__PURE__ */ _int(ZodMiniNumberFormat, params);
}
const ZodMiniBoolean = /*@__PURE__*/ $constructor("ZodMiniBoolean", (inst, def) => {
	$ZodBoolean.init(inst, def);
	ZodMiniType.init(inst, def);
});
// @__NO_SIDE_EFFECTS__
function boolean(params) {
	return /* @__PURE__ */ _boolean(ZodMiniBoolean, params);
}
const ZodMiniNever = /*@__PURE__*/ $constructor("ZodMiniNever", (inst, def) => {
	$ZodNever.init(inst, def);
	ZodMiniType.init(inst, def);
});
// @__NO_SIDE_EFFECTS__
function never(params) {
	return /* @__PURE__ */ _never(ZodMiniNever, params);
}
const ZodMiniArray = /*@__PURE__*/ $constructor("ZodMiniArray", (inst, def) => {
	$ZodArray.init(inst, def);
	ZodMiniType.init(inst, def);
});
// @__NO_SIDE_EFFECTS__
function array(element, params) {
	return new ZodMiniArray({
		type: "array",
		element,
		...normalizeParams(params)
	});
}
const ZodMiniObject = /*@__PURE__*/ $constructor("ZodMiniObject", (inst, def) => {
	$ZodObject.init(inst, def);
	ZodMiniType.init(inst, def);
	installLazyProp(inst, "shape", (self) => self._zod.def.shape, false);
});
// @__NO_SIDE_EFFECTS__
function object(shape, params) {
	const def = {
		type: "object",
		shape: shape ?? {},
		...normalizeParams(params)
	};
	return new ZodMiniObject(def);
}
// @__NO_SIDE_EFFECTS__
function strictObject(shape, params) {
	return new ZodMiniObject({
		type: "object",
		shape,
		catchall: /* @__PURE__ */ never(),
		...normalizeParams(params)
	});
}
// @__NO_SIDE_EFFECTS__
function extend(schema, shape) {
	return extend$1(schema, shape);
}
// @__NO_SIDE_EFFECTS__
function pick(schema, mask) {
	return pick$1(schema, mask);
}
// @__NO_SIDE_EFFECTS__
function omit(schema, mask) {
	return omit$1(schema, mask);
}
const ZodMiniUnion = /*@__PURE__*/ $constructor("ZodMiniUnion", (inst, def) => {
	$ZodUnion.init(inst, def);
	ZodMiniType.init(inst, def);
});
// @__NO_SIDE_EFFECTS__
function union(options, params) {
	return new ZodMiniUnion({
		type: "union",
		options,
		...normalizeParams(params)
	});
}
const ZodMiniDiscriminatedUnion = /*@__PURE__*/ $constructor("ZodMiniDiscriminatedUnion", (inst, def) => {
	$ZodDiscriminatedUnion.init(inst, def);
	ZodMiniType.init(inst, def);
});
// @__NO_SIDE_EFFECTS__
function discriminatedUnion(discriminator, options, params) {
	return new ZodMiniDiscriminatedUnion({
		type: "union",
		options,
		discriminator,
		...normalizeParams(params)
	});
}
const ZodMiniRecord = /*@__PURE__*/ $constructor("ZodMiniRecord", (inst, def) => {
	$ZodRecord.init(inst, def);
	ZodMiniType.init(inst, def);
});
// @__NO_SIDE_EFFECTS__
function record(keyType, valueType, params) {
	if (!valueType || !valueType._zod) return new ZodMiniRecord({
		type: "record",
		keyType: /* @__PURE__ */ string(),
		valueType: keyType,
		...normalizeParams(valueType)
	});
	return new ZodMiniRecord({
		type: "record",
		keyType,
		valueType,
		...normalizeParams(params)
	});
}
const ZodMiniEnum = /*@__PURE__*/ $constructor("ZodMiniEnum", (inst, def) => {
	$ZodEnum.init(inst, def);
	ZodMiniType.init(inst, def);
	inst.options = [...inst._zod.values];
});
// @__NO_SIDE_EFFECTS__
function _enum(values, params) {
	const entries = Array.isArray(values) ? Object.fromEntries(values.map((v) => [v, v])) : values;
	return new ZodMiniEnum({
		type: "enum",
		entries,
		...normalizeParams(params)
	});
}
const ZodMiniLiteral = /*@__PURE__*/ $constructor("ZodMiniLiteral", (inst, def) => {
	$ZodLiteral.init(inst, def);
	ZodMiniType.init(inst, def);
});
// @__NO_SIDE_EFFECTS__
function literal(value, params) {
	return new ZodMiniLiteral({
		type: "literal",
		values: Array.isArray(value) ? value : [value],
		...normalizeParams(params)
	});
}
const ZodMiniOptional = /*@__PURE__*/ $constructor("ZodMiniOptional", (inst, def) => {
	$ZodOptional.init(inst, def);
	ZodMiniType.init(inst, def);
});
// @__NO_SIDE_EFFECTS__
function optional(innerType) {
	return new ZodMiniOptional({
		type: "optional",
		innerType
	});
}
const ZodMiniNullable = /*@__PURE__*/ $constructor("ZodMiniNullable", (inst, def) => {
	$ZodNullable.init(inst, def);
	ZodMiniType.init(inst, def);
});
// @__NO_SIDE_EFFECTS__
function nullable(innerType) {
	return new ZodMiniNullable({
		type: "nullable",
		innerType
	});
}
// @__NO_SIDE_EFFECTS__
function nullish(innerType) {
	return /* @__PURE__ */ optional(/* @__PURE__ */ nullable(innerType));
}
const ZodMiniDefault = /*@__PURE__*/ $constructor("ZodMiniDefault", (inst, def) => {
	$ZodDefault.init(inst, def);
	ZodMiniType.init(inst, def);
});
// @__NO_SIDE_EFFECTS__
function _default(innerType, defaultValue) {
	return new ZodMiniDefault({
		type: "default",
		innerType,
		get defaultValue() {
			return typeof defaultValue === "function" ? defaultValue() : shallowClone(defaultValue);
		}
	});
}
// node_modules/zod/v4/mini/iso.js
const ZodMiniISODateTime = /*@__PURE__*/ $constructor("ZodMiniISODateTime", (inst, def) => {
	$ZodISODateTime.init(inst, def);
	ZodMiniStringFormat.init(inst, def);
});
// @__NO_SIDE_EFFECTS__
function datetime(params) {
	return /* @__PURE__ */ _isoDateTime(ZodMiniISODateTime, params);
}
// action/client/clock.ts
/** The real clock. */
const realClock = {
	now: () => performance.timeOrigin + performance.now(),
	async sleep(milliseconds, signal) {
		try {
			await setTimeout$2(milliseconds, void 0, { signal });
		} catch (error) {
			if (!signal?.aborted) throw error;
		}
	}
};
// backend/contract/artifact-metadata.ts
/** What a build says of itself, read from the file when its upload completes. */
const Certificate = /* @__PURE__ */ object({
	/** Of the DER form: lower-case hex. */
	sha256: /* @__PURE__ */ string(),
	subject: /* @__PURE__ */ string(),
	/** Made by the Android tools for debug builds. */
	debug: /* @__PURE__ */ boolean()
});
/** On every platform, so that a client that knows Android alone can read an iOS build too. */
const build = {
	/** On iOS the bundle id. */
	package: /* @__PURE__ */ string(),
	versionName: /* @__PURE__ */ nullable(/* @__PURE__ */ string()),
	/** On iOS the build number where it is a whole number. */
	versionCode: /* @__PURE__ */ nullable(/* @__PURE__ */ number()),
	/** null where the manifest declares none, or a preview's code name; and on iOS. */
	minSdk: /* @__PURE__ */ nullable(int()),
	targetSdk: /* @__PURE__ */ nullable(int()),
	label: /* @__PURE__ */ nullable(/* @__PURE__ */ string()),
	/** Of its native libraries; none means that it runs on any. On iOS of its executable. */
	abis: /* @__PURE__ */ array(/* @__PURE__ */ string()),
	/** On iOS the keys that explain them to people, such as `NSCameraUsageDescription`. */
	permissions: /* @__PURE__ */ array(/* @__PURE__ */ string()),
	debuggable: /* @__PURE__ */ boolean(),
	/** On iOS empty: see `signed`. */
	signing: /* @__PURE__ */ object({
		schemes: /* @__PURE__ */ array(/* @__PURE__ */ _enum([
			"v1",
			"v2",
			"v3",
			"v3.1"
		])),
		verified: /* @__PURE__ */ boolean(),
		certificates: /* @__PURE__ */ array(Certificate)
	}),
	instrumentation: /* @__PURE__ */ nullable(/* @__PURE__ */ object({
		runner: /* @__PURE__ */ string(),
		target: /* @__PURE__ */ string()
	})),
	/** The name of a split, which cannot be installed without its base. */
	split: /* @__PURE__ */ nullable(/* @__PURE__ */ string())
};
const Provisioning = /* @__PURE__ */ object({
	kind: /* @__PURE__ */ _enum([
		"development",
		"ad_hoc",
		"enterprise",
		"app_store"
	]),
	name: /* @__PURE__ */ nullable(/* @__PURE__ */ string()),
	teamId: /* @__PURE__ */ nullable(/* @__PURE__ */ string()),
	teamName: /* @__PURE__ */ nullable(/* @__PURE__ */ string()),
	expiresAt: /* @__PURE__ */ nullable(/* @__PURE__ */ datetime()),
	/** How many devices it names. */
	devices: int(),
	applicationIdentifier: /* @__PURE__ */ nullable(/* @__PURE__ */ string()),
	/** Their names. */
	entitlements: /* @__PURE__ */ array(/* @__PURE__ */ string())
});
const ArtifactMetadata = /* @__PURE__ */ discriminatedUnion("platform", [/* @__PURE__ */ object({
	platform: /* @__PURE__ */ literal("android"),
	...build,
	/** Of a bundle: `base` and the others. */
	modules: /* @__PURE__ */ optional(/* @__PURE__ */ array(/* @__PURE__ */ string()))
}), /* @__PURE__ */ object({
	platform: /* @__PURE__ */ literal("ios"),
	...build,
	/** CFBundleVersion, as it is written. */
	build: /* @__PURE__ */ nullable(/* @__PURE__ */ string()),
	minimumOs: /* @__PURE__ */ nullable(/* @__PURE__ */ string()),
	deviceFamilies: /* @__PURE__ */ array(/* @__PURE__ */ string()),
	/** Whether it has a code signature; only a device can tell whether it holds. */
	signed: /* @__PURE__ */ boolean(),
	/** null: it has no profile. */
	provisioning: /* @__PURE__ */ nullable(Provisioning)
})]);
const ArtifactTests = /* @__PURE__ */ discriminatedUnion("framework", [/* @__PURE__ */ object({
	framework: /* @__PURE__ */ literal("maestro"),
	flows: /* @__PURE__ */ array(/* @__PURE__ */ object({
		/** Its path in the zip. */
		file: /* @__PURE__ */ string(),
		name: /* @__PURE__ */ string(),
		/** null where it tests a web page. */
		appId: /* @__PURE__ */ nullable(/* @__PURE__ */ string()),
		tags: /* @__PURE__ */ array(/* @__PURE__ */ string())
	}))
}), /* @__PURE__ */ object({
	framework: /* @__PURE__ */ literal("xcuitest"),
	/** Of each `.xctestrun` file. */
	testRuns: /* @__PURE__ */ array(/* @__PURE__ */ object({
		file: /* @__PURE__ */ string(),
		plan: /* @__PURE__ */ nullable(/* @__PURE__ */ string()),
		targets: /* @__PURE__ */ array(/* @__PURE__ */ object({
			name: /* @__PURE__ */ string(),
			bundle: /* @__PURE__ */ nullable(/* @__PURE__ */ string()),
			/** Of the app that is tested through its interface: its bundle id or path. */
			app: /* @__PURE__ */ nullable(/* @__PURE__ */ string())
		}))
	})),
	bundles: /* @__PURE__ */ array(/* @__PURE__ */ string())
})]);
// backend/contract/ids.ts
/**
* Ids of things in a tenant: `run_` + route (10) + random (22). The route is opaque, and says which tenant's database to
* ask; an id with another route than the caller's fails before any query.
*/
const ID_KINDS = {
	artifact: "art",
	run: "run",
	job: "job",
	evidence: "evi",
	project: "prj",
	connection: "con",
	trustPolicy: "tru",
	person: "per",
	check: "chk",
	capability: "cap",
	hookEvent: "hev",
	forkRequest: "frk",
	secret: "sec",
	farmUpload: "fup"
};
"0".repeat(10);
const RANDOM_LENGTH = 22;
function pattern(kind) {
	return new RegExp(`^${ID_KINDS[kind]}_[0-9A-Za-z]{32}$`);
}
new RegExp(`^(?:${Object.values(ID_KINDS).join("|")})_([0-9A-Za-z]{10})[0-9A-Za-z]{${RANDOM_LENGTH}}$`);
/** The wire shape of an id of one kind. */
function idSchema(kind) {
	return (/* @__PURE__ */ string()).check(/* @__PURE__ */ _regex(pattern(kind)));
}
// backend/contract/provenance.ts
/** Where a build comes from: what its attestation proves of the bytes that were uploaded, as far as it was asked for. */
/**
* `verified`: signed by a trusted authority, and of this upload. `mismatch`: signed by one, and of something else.
* `unverified`: there, but nothing vouches for it. `none`: the code host has none.
*/
const ProvenanceState = /* @__PURE__ */ _enum([
	"verified",
	"mismatch",
	"unverified",
	"none"
]);
/** What an attestation may be wrong about, and what it then says: "it is for ‹this›". */
const DIFFERENCES = {
	digest: "other bytes than these",
	issuer: "a CI of another issuer",
	repository: "another repository",
	owner: "another owner’s repository",
	commit: "another commit than the CI job that uploaded it"
};
/** Why nothing vouches for an attestation, or why none could be asked for. */
const REASONS = {
	authority: "no authority that this server trusts signed it, or not at that time",
	timestamp: "its time is not vouched for",
	log: "the transparency log does not vouch for it",
	signature: "its signature does not hold",
	malformed: "it is not what an attestation looks like",
	unusable: "the code host’s answer is too large, or is none",
	not_inline: "the code host only says where it lies",
	no_access: "the code host does not let it be asked for: the GitHub App needs the permission `attestations: read`"
};
const keysOf = (table) => /* @__PURE__ */ _enum(Object.keys(table));
/** The build that was attested, by the certificate of its signature. */
const AttestedBuild = /* @__PURE__ */ object({
	/** `owner/name`. */
	repository: /* @__PURE__ */ string(),
	/** The workflow's file in its repository. */
	workflow: /* @__PURE__ */ string(),
	commit: /* @__PURE__ */ string(),
	/** The CI run, for a person. */
	runUrl: /* @__PURE__ */ nullable(/* @__PURE__ */ string()),
	/** `github-hosted` or `self-hosted`. */
	runner: /* @__PURE__ */ nullable(/* @__PURE__ */ string())
});
const Provenance = /* @__PURE__ */ object({
	state: ProvenanceState,
	/** Of a mismatch. */
	differs: /* @__PURE__ */ array(keysOf(DIFFERENCES)),
	reason: /* @__PURE__ */ nullable(keysOf(REASONS)),
	/** Of a verified attestation or a mismatch; of another it is not to be believed, and left out. */
	build: /* @__PURE__ */ nullable(AttestedBuild),
	/** When the code host was asked. */
	askedAt: /* @__PURE__ */ datetime()
});
// backend/contract/terms.ts
/** The words of the domain that travel over the wire, each a closed list. */
/** What an uploaded build file is. */
const ArtifactKind = /* @__PURE__ */ _enum([
	"apk",
	"aab",
	"ipa",
	"test_apk",
	"xctest_zip",
	"maestro_zip"
]);
const Framework = /* @__PURE__ */ _enum([
	"instrumentation",
	"xcuitest",
	"maestro",
	"appium",
	"robo",
	"inspection",
	"command"
]);
/** What a job leaves behind. */
const EvidenceKind = /* @__PURE__ */ _enum([
	"video",
	"screenshot",
	"app_log",
	"device_log",
	"network_log",
	"crash_log",
	"session_log",
	"performance",
	"report"
]);
/** How one test case ended in one attempt. */
const TestOutcome = /* @__PURE__ */ _enum([
	"passed",
	"failed",
	"errored",
	"skipped"
]);
/** A run's life. `planned`: accepted; `queued`: given to the farms; `running`: a device has started. */
const RunState = /* @__PURE__ */ _enum([
	"planned",
	"queued",
	"running",
	"cancelling",
	"finished"
]);
/** A job's life. `starting`: an intent to start it is written; `collecting`: the farm is done, its results are fetched. */
const JobState = /* @__PURE__ */ _enum([
	"planned",
	"starting",
	"queued",
	"running",
	"cancelling",
	"collecting",
	"finished"
]);
const FailOn = /* @__PURE__ */ _enum([
	"new",
	"any",
	"never"
]);
// backend/contract/artifacts.ts
/** Uploads and artifacts as they travel. */
/** Bytes of the largest part. */
const MAX_PART_SIZE = 8388608;
/** Bytes of the largest artifact: what the farms take at most. */
const MAX_ARTIFACT_SIZE = 4294967296;
const Sha256 = (/* @__PURE__ */ string()).check(/* @__PURE__ */ _regex(/^[0-9a-f]{64}$/));
const OpenUpload = /* @__PURE__ */ strictObject({
	name: (/* @__PURE__ */ string()).check(/* @__PURE__ */ _minLength(1), /* @__PURE__ */ _maxLength(255), /* @__PURE__ */ _regex(/^[^/\\\p{Cc}]+$/u)),
	/** Left out: read from the file. */
	kind: /* @__PURE__ */ optional(ArtifactKind),
	size: int().check(/* @__PURE__ */ _positive(), /* @__PURE__ */ _lte(MAX_ARTIFACT_SIZE)),
	sha256: Sha256,
	/** What the client can send. */
	can: /* @__PURE__ */ _default(/* @__PURE__ */ array(/* @__PURE__ */ _enum(["whole", "delta"])), ["whole"])
});
const UploadState = /* @__PURE__ */ _enum(["uploading", "complete"]);
const OpenedUpload = /* @__PURE__ */ object({
	artifactId: idSchema("artifact"),
	state: UploadState,
	/** Bytes of every part but the last. */
	partSize: int(),
	/** How a part of the file may be compressed for the way (Content-Encoding). */
	encodings: /* @__PURE__ */ optional(/* @__PURE__ */ array(/* @__PURE__ */ string())),
	/** An upload of this file that was broken off goes on: so many of its parts are there, and need not be sent again. */
	arrived: /* @__PURE__ */ optional(int()),
	/**
	* There is an earlier artifact to which the difference may be sent. Bytes of its file and of its signatures; the index
	* that those begin with, in Base64, where it is short; bytes of a difference up to which it may come with the completion.
	*/
	prior: /* @__PURE__ */ optional(/* @__PURE__ */ object({
		size: int(),
		signatures: int(),
		index: /* @__PURE__ */ optional(/* @__PURE__ */ string()),
		along: /* @__PURE__ */ optional(int())
	}))
});
const Part = /* @__PURE__ */ object({
	number: int(),
	size: int(),
	sha256: Sha256
});
const PartList = /* @__PURE__ */ object({ parts: /* @__PURE__ */ array(Part) });
const Artifact = /* @__PURE__ */ object({
	artifactId: idSchema("artifact"),
	name: /* @__PURE__ */ string(),
	kind: /* @__PURE__ */ nullable(ArtifactKind),
	size: int(),
	sha256: Sha256,
	state: UploadState,
	/** Of an app or a test APK; null for a zip of tests. */
	metadata: /* @__PURE__ */ nullable(ArtifactMetadata),
	/** Left out until the code host was asked. */
	provenance: /* @__PURE__ */ optional(Provenance),
	/** Of a zip of tests. */
	tests: /* @__PURE__ */ optional(ArtifactTests),
	/** There is a picture of it to be read. */
	icon: /* @__PURE__ */ optional(/* @__PURE__ */ boolean()),
	createdAt: /* @__PURE__ */ datetime(),
	/** When retention forgets it. */
	expiresAt: /* @__PURE__ */ datetime()
});
const Verdict = /* @__PURE__ */ _enum([
	"invalid",
	"errored",
	"incomplete",
	"timed_out",
	"failed",
	"cancelled",
	"skipped",
	"flaky",
	"passed"
]);
// backend/contract/runs.ts
/** Runs as they travel: what starts one, how it stands, and the events that follow it. */
const Line$1 = (max) => (/* @__PURE__ */ string()).check(/* @__PURE__ */ _minLength(1), /* @__PURE__ */ _maxLength(max), /* @__PURE__ */ _regex(/^[^\p{Cc}]*$/u));
const Sha = (/* @__PURE__ */ string()).check(/* @__PURE__ */ _regex(/^[0-9a-f]{40}([0-9a-f]{24})?$/));
const Commit = /* @__PURE__ */ strictObject({
	/** The commit that the check belongs on: a pull request's head, never its merge commit. */
	sha: Sha,
	branch: /* @__PURE__ */ optional(Line$1(255)),
	title: /* @__PURE__ */ optional(Line$1(500))
});
const ChangeRequest = /* @__PURE__ */ strictObject({
	number: int().check(/* @__PURE__ */ _positive()),
	baseBranch: Line$1(255),
	baseSha: /* @__PURE__ */ optional(Sha)
});
const StartRun = /* @__PURE__ */ strictObject({
	artifacts: (/* @__PURE__ */ array(/* @__PURE__ */ strictObject({
		artifactId: idSchema("artifact"),
		role: /* @__PURE__ */ _enum(["app", "tests"])
	}))).check(/* @__PURE__ */ _minLength(1), /* @__PURE__ */ _maxLength(2)),
	/** Names of farm connections; none: the project's default. */
	farms: /* @__PURE__ */ _default((/* @__PURE__ */ array(Line$1(100))).check(/* @__PURE__ */ _maxLength(10)), []),
	framework: /* @__PURE__ */ _default(/* @__PURE__ */ union([/* @__PURE__ */ literal("auto"), Framework]), "auto"),
	/** `model @ os [, orientation] [, locale=…]`; none: the farm's default device. */
	devices: /* @__PURE__ */ _default((/* @__PURE__ */ array(Line$1(200))).check(/* @__PURE__ */ _maxLength(100)), []),
	shards: /* @__PURE__ */ _default(/* @__PURE__ */ union([/* @__PURE__ */ literal("auto"), int().check(/* @__PURE__ */ _gte(1), /* @__PURE__ */ _lte(100))]), "auto"),
	retries: /* @__PURE__ */ _default(int().check(/* @__PURE__ */ _gte(0), /* @__PURE__ */ _lte(10)), 0),
	env: /* @__PURE__ */ _default(/* @__PURE__ */ record((/* @__PURE__ */ string()).check(/* @__PURE__ */ _regex(/^[A-Za-z_]\w{0,99}$/)), (/* @__PURE__ */ string()).check(/* @__PURE__ */ _maxLength(4096))), {}),
	/** Minutes from the first device's start. */
	timeout: /* @__PURE__ */ _default(int().check(/* @__PURE__ */ _gte(1), /* @__PURE__ */ _lte(1440)), 30),
	/** Minutes to wait for devices. */
	queueTimeout: /* @__PURE__ */ _default(int().check(/* @__PURE__ */ _gte(1), /* @__PURE__ */ _lte(1440)), 30),
	failOn: /* @__PURE__ */ _default(FailOn, "new"),
	/** The check's name: distinct names for distinct suites. */
	name: /* @__PURE__ */ _default(Line$1(100), "Devicelane"),
	/** `false`: the step leaves after dispatch, and the check on the pull request is the gate. */
	wait: /* @__PURE__ */ _default(/* @__PURE__ */ boolean(), true),
	commit: Commit,
	changeRequest: /* @__PURE__ */ optional(ChangeRequest)
});
const StartedRun = /* @__PURE__ */ object({
	runId: idSchema("run"),
	reportUrl: /* @__PURE__ */ string(),
	/** Reads and cancels this run, on the same key. */
	handle: /* @__PURE__ */ string(),
	/** Cancels this run and nothing else, without a key: for a post step, which is a new process. */
	cancelHandle: /* @__PURE__ */ string()
});
const Counts = /* @__PURE__ */ object({
	total: int(),
	passed: int(),
	failed: int(),
	newFailures: int(),
	flaky: int(),
	skipped: int()
});
const JobView = /* @__PURE__ */ object({
	jobId: idSchema("job"),
	farm: /* @__PURE__ */ string(),
	device: /* @__PURE__ */ string(),
	shard: /* @__PURE__ */ object({
		index: int(),
		count: int()
	}),
	state: JobState,
	/** Null until the job is finished. */
	verdict: /* @__PURE__ */ nullable(Verdict),
	counts: /* @__PURE__ */ nullable(Counts),
	/** Why it errored, timed out or is invalid; in the farm's words. */
	reason: /* @__PURE__ */ nullable(/* @__PURE__ */ string()),
	/** How often it was given to the farm: for failed tests, or because the farm broke. */
	tries: int(),
	/** The job's page at the farm, where there is one. */
	consoleUrl: /* @__PURE__ */ nullable(/* @__PURE__ */ string()),
	/** Whether the farm has forgotten what it was given and what it made; `stuck`: it is asked for long, and does not. */
	farmForgot: /* @__PURE__ */ optional(/* @__PURE__ */ _enum([
		"not_yet",
		"done",
		"stuck"
	]))
});
const RunView = /* @__PURE__ */ object({
	runId: idSchema("run"),
	name: /* @__PURE__ */ string(),
	state: RunState,
	verdict: /* @__PURE__ */ nullable(Verdict),
	/** What the step exits with; null until the run is finished. */
	exitCode: /* @__PURE__ */ nullable(int()),
	/** One line that says how it stands or ended: the check's title. */
	title: /* @__PURE__ */ string(),
	/** `stale`: the farm has not answered for a while; `needs_attention`: an unknown outcome that nobody can look up. */
	attention: /* @__PURE__ */ nullable(/* @__PURE__ */ _enum(["stale", "needs_attention"])),
	failOn: FailOn,
	commit: /* @__PURE__ */ object({
		sha: /* @__PURE__ */ string(),
		branch: /* @__PURE__ */ nullable(/* @__PURE__ */ string()),
		title: /* @__PURE__ */ nullable(/* @__PURE__ */ string())
	}),
	changeRequest: /* @__PURE__ */ nullable(/* @__PURE__ */ object({
		number: int(),
		baseBranch: /* @__PURE__ */ string()
	})),
	counts: /* @__PURE__ */ nullable(Counts),
	deviceMinutes: /* @__PURE__ */ number(),
	jobs: /* @__PURE__ */ array(JobView),
	artifacts: /* @__PURE__ */ array(/* @__PURE__ */ object({
		artifactId: idSchema("artifact"),
		role: /* @__PURE__ */ _enum(["app", "tests"])
	})),
	reportUrl: /* @__PURE__ */ string(),
	createdAt: /* @__PURE__ */ datetime(),
	finishedAt: /* @__PURE__ */ nullable(/* @__PURE__ */ datetime())
});
/** One server-sent event: `event: change`, `id`: its number in the run, counted from 1. */
const RunChange = /* @__PURE__ */ object({
	state: RunState,
	verdict: /* @__PURE__ */ nullable(Verdict),
	/** The job that changed, where it was one. */
	job: /* @__PURE__ */ nullable(/* @__PURE__ */ pick(JobView, {
		jobId: true,
		farm: true,
		device: true,
		state: true,
		verdict: true
	})),
	at: /* @__PURE__ */ datetime()
});
// action/client/credential.ts
/** An API token or a cancel handle: whoever holds it may use it. */
function bearer(token, input) {
	return {
		headers: async () => ({ authorization: `Bearer ${token}` }),
		input
	};
}
/** A token that is bound to the key: a run handle. */
function bound(token, key) {
	return { headers: async (method, url, now) => ({
		authorization: `DPoP ${token}`,
		dpop: key.prove({
			method,
			url,
			token,
			now
		})
	}) };
}
// action/client/idle-limit.ts
/** Aborts its signal when `touch` has not been called for so many milliseconds. */
function startIdleLimit(milliseconds) {
	const controller = new AbortController();
	const timer = setTimeout(() => controller.abort(/* @__PURE__ */ new Error(`no byte moved for ${Math.round(milliseconds / 1e3)} s`)), milliseconds);
	return {
		signal: controller.signal,
		touch: () => void timer.refresh(),
		/** Also lets go of a connection whose answer nobody read to its end. */
		stop() {
			clearTimeout(timer);
			controller.abort();
		}
	};
}
const PIECE = 65536;
/** The bytes as a stream of small pieces, so that each one that the network takes counts as a sign of life. */
function watchedStream(bytes, touch) {
	let at = 0;
	return new ReadableStream({ pull(controller) {
		touch();
		controller.enqueue(bytes.subarray(at, at + PIECE));
		at += PIECE;
		if (at >= bytes.length) controller.close();
	} }, { highWaterMark: 0 });
}
// action/client/line.ts
/** The speed of the line to the server, told from answers that say how long the server itself took for them. */
/** Bytes up to which an answer tells the line's delay, and from which on it tells its speed. */
const SMALL = 4096;
const TELLING = 32768;
/** Milliseconds that such an answer takes to be handled beside its way: on a quick line that is half of what is seen. */
const HANDLING = .4;
/** Milliseconds: no clock here tells less. */
const LEAST = .1;
/** Bytes a second, as on 1 Gbit/s: what is quicker cannot be told from so few bytes. */
const MOST$1 = 125e6;
var Line = class {
	#delay = 0;
	#received = 0;
	#milliseconds = 0;
	note({ sent, received, milliseconds, ofServer, rest }) {
		if (ofServer === null || sent > SMALL) return;
		const onTheWay = Math.max(LEAST, milliseconds - ofServer);
		if (received <= SMALL) this.#delay = this.#delay === 0 ? onTheWay : Math.min(this.#delay, onTheWay);
		if (received < TELLING) return;
		const ofRest = rest.received < TELLING ? 0 : rest.milliseconds * received / rest.received;
		this.#received += received;
		this.#milliseconds += Math.max(LEAST, onTheWay - this.#delay - HANDLING, ofRest);
	}
	/** Bytes a second; null while too few have come to tell. */
	rate() {
		return this.#received === 0 ? null : Math.min(MOST$1, 1e3 * this.#received / this.#milliseconds);
	}
};
/** Milliseconds of the metric `app` of a `Server-Timing` header (W3C); null where it has none. */
function parseServerTiming(value) {
	const duration = /^app;dur=(\d{1,9}(?:\.\d{1,6})?)$/.exec(value ?? "")?.[1];
	return duration === void 0 ? null : Number(duration);
}
// backend/contract/problem.ts
/** What a refused or failed request answers: RFC 9457 problem details with a code of the closed list. */
const Problem = /* @__PURE__ */ object({
	type: /* @__PURE__ */ string(),
	title: /* @__PURE__ */ string(),
	status: int(),
	code: /* @__PURE__ */ _enum(Object.keys({
		invalid_request: {
			status: 400,
			title: "The request is not valid"
		},
		unauthenticated: {
			status: 401,
			title: "No valid credential was presented"
		},
		invalid_token: {
			status: 401,
			title: "The token is not valid"
		},
		replayed: {
			status: 401,
			title: "The token was used before"
		},
		invalid_proof: {
			status: 401,
			title: "The proof of possession is not valid"
		},
		forbidden: {
			status: 403,
			title: "The credential does not allow this"
		},
		untrusted: {
			status: 403,
			title: "No trust policy allows this identity"
		},
		not_granted: {
			status: 403,
			title: "The trust policy does not grant this"
		},
		not_found: {
			status: 404,
			title: "There is nothing here that you may see"
		},
		conflict: {
			status: 409,
			title: "The request contradicts the present state"
		},
		run_differs: {
			status: 409,
			title: "A run with this key exists, made by another request"
		},
		prior_mismatch: {
			status: 409,
			title: "The file cannot be rebuilt from the difference"
		},
		gone: {
			status: 410,
			title: "It was forgotten"
		},
		length_required: {
			status: 411,
			title: "The request must say its length"
		},
		too_large: {
			status: 413,
			title: "The content is too large"
		},
		unsupported_media_type: {
			status: 415,
			title: "The content type is not supported"
		},
		range_not_satisfiable: {
			status: 416,
			title: "The range is not in the content"
		},
		digest_mismatch: {
			status: 422,
			title: "The bytes do not match the digest"
		},
		size_mismatch: {
			status: 422,
			title: "The bytes do not match the size"
		},
		invalid_artifact: {
			status: 422,
			title: "The file is not a usable build"
		},
		unsupported: {
			status: 422,
			title: "The chosen farm or configuration cannot do this"
		},
		quota_exceeded: {
			status: 429,
			title: "A limit was reached"
		},
		rate_limited: {
			status: 429,
			title: "Too many requests"
		},
		internal: {
			status: 500,
			title: "The backend failed"
		},
		unavailable: {
			status: 503,
			title: "A part of the backend is not available"
		}
	})),
	detail: /* @__PURE__ */ string(),
	requestId: /* @__PURE__ */ string(),
	field: /* @__PURE__ */ optional(/* @__PURE__ */ string())
});
// action/client/refusal.ts
/** Turns the server's problem details into the sentence that a developer reads: it names the step's input to change. */
/** From a request's field to the step's input, where their names differ. */
const INPUT_OF_FIELD = {
	farms: "farm",
	queueTimeout: "queue-timeout",
	failOn: "fail-on",
	artifacts: "app"
};
const INPUTS = [...[
	"app",
	"tests",
	"farm",
	"framework",
	"devices",
	"shards",
	"retries",
	"env"
], ...[
	"timeout",
	"queue-timeout",
	"wait",
	"fail-on",
	"name",
	"token"
]];
/** The input that a problem's field belongs to; null where it is none that the caller wrote. */
function inputOfField(field) {
	const head = /^[A-Za-z_]+/.exec(field)?.[0] ?? "";
	const input = INPUT_OF_FIELD[head] ?? head;
	return INPUTS.includes(input) ? input : null;
}
/** An answer that is not a success, before it is known whether another try helps. */
var HttpFailure = class extends Error {
	status;
	problem;
	/** Milliseconds that the server asks to wait; null where it asks for nothing. */
	retryAfter;
	constructor(status, problem, retryAfter) {
		super(`HTTP ${status}`);
		this.name = this.constructor.name;
		this.status = status;
		this.problem = problem;
		this.retryAfter = retryAfter;
	}
};
/** Reads problem details; null where the text is none, such as a proxy's HTML page. */
function parseProblem(text) {
	try {
		const parsed = Problem.safeParse(JSON.parse(text));
		return parsed.success ? parsed.data : null;
	} catch (error) {
		if (error instanceof SyntaxError) return null;
		throw error;
	}
}
/** What the caller is told of a failure that no further try mends. `input`: the step's input that the request is about. */
function explainFailure(failure, what, input) {
	const { problem, status } = failure;
	if (!problem) {
		const message = `${what}: the server answered HTTP ${status} without saying why. Does \`server\` name a Devicelane backend?`;
		return status >= 500 ? new BrokenError(message) : new RefusedError(message);
	}
	const named = (problem.field === void 0 ? null : inputOfField(problem.field)) ?? input;
	const sentence = `${named ? `${named}: ` : ""}${problem.detail} (${what}: ${problem.code}, request ${problem.requestId})`;
	return status >= 500 ? new BrokenError(sentence) : new RefusedError(sentence, problem.code);
}
// action/client/retry.ts
/** When another try helps, and how long to wait before it. */
/** Milliseconds. */
const FIRST_WAIT = 500;
const LONGEST_WAIT = 2e4;
/** A server that wants a longer pause than this is taken at its word: the step ends instead of holding a CI machine. */
const LONGEST_RETRY_AFTER = 12e4;
/** The connection failed, was cut, or went silent. */
var NetworkFailure = class extends Error {
	constructor(cause) {
		super("the connection failed", { cause });
		this.name = this.constructor.name;
	}
	/** What the system says, such as ECONNREFUSED; fetch hides it one level down. */
	get reason() {
		const seen = [];
		for (let error = this.cause; error && seen.length < 4; error = error.cause) {
			const { code, message } = error;
			seen.push(code ?? message ?? "");
		}
		return seen.findLast((text) => text !== "") ?? "unknown";
	}
	/** The server's certificate is not trusted: no number of tries changes that. */
	get isCertificate() {
		return /CERT|SELF_SIGNED|UNABLE_TO_VERIFY/.test(this.reason);
	}
};
/** Exponential back-off with full jitter, in milliseconds. `failures`: tries that have failed so far, from 1. */
function backOff(failures, random) {
	return random() * Math.min(LONGEST_WAIT, FIRST_WAIT * 2 ** (failures - 1));
}
/** Milliseconds to wait before another try; null where none would help. */
function waitBeforeRetry(error, failures, random) {
	if (error instanceof NetworkFailure) return error.isCertificate ? null : backOff(failures, random);
	if (!(error instanceof HttpFailure)) return null;
	if (error.status !== 408 && error.status !== 429 && error.status < 500) return null;
	if (error.retryAfter === null) return backOff(failures, random);
	return error.retryAfter > LONGEST_RETRY_AFTER ? null : error.retryAfter + random() * FIRST_WAIT;
}
/** A `Retry-After` header (RFC 9110, 10.2.3: seconds, or a date) in milliseconds; null where it is absent or unreadable. */
function parseRetryAfter(value, now) {
	if (value === null) return null;
	if (/^\d{1,9}$/.test(value.trim())) return Number(value) * 1e3;
	const date = Date.parse(value);
	return Number.isNaN(date) ? null : Math.max(0, date - now);
}
// action/client/request.ts
const TRIES = 8;
const IDLE = 6e4;
/** Bytes of the largest JSON answer that is read: a page of results with its stack traces. */
const LARGEST_JSON = 33554432;
const LARGEST_PROBLEM = 65536;
/**
* Makes the call, and hands a successful answer to `read`, whose reading is part of the try: a body that is cut is asked
* for again.
*
* @throws RefusedError, BrokenError, CancelledError
*/
async function request(wire, call, read) {
	const { clock, random } = wire.environment;
	const signal = call.signal ?? wire.environment.signal;
	let renewed = false;
	for (let failures = 1;; failures++) {
		if (signal.aborted) throw new CancelledError();
		try {
			return await tryOnce(wire, call, signal, read);
		} catch (error) {
			if (signal.aborted) throw new CancelledError();
			if (!renewed && call.credential?.renew && isExpired(error)) {
				renewed = true;
				await call.credential.renew();
				continue;
			}
			const wait = failures < (call.tries ?? TRIES) ? waitBeforeRetry(error, failures, random) : null;
			if (wait === null) throw explain(wire, call, error);
			await clock.sleep(wait, signal);
		}
	}
}
/** The same, for an answer in JSON of a known shape. */
async function requestJson(wire, call, shape) {
	const text = await request(wire, call, ({ chunks }) => readText(chunks, LARGEST_JSON));
	const parsed = shape.safeParse(text === null ? void 0 : parseJson(text));
	if (!parsed.success) throw new BrokenError(`${call.what}: the server's answer has not the expected shape.`);
	return parsed.data;
}
async function tryOnce(wire, call, signal, read) {
	const { clock, fetch } = wire.environment;
	const url = wire.base + call.path;
	const body = await call.body?.();
	const credential = await call.credential?.headers(call.method, url, clock.now());
	const idle = startIdleLimit(call.idle ?? IDLE);
	const started = clock.now();
	try {
		const response = await fetch(url, {
			method: call.method,
			headers: {
				...call.headers,
				...credential,
				...lengthOf(body)
			},
			body: body instanceof Uint8Array ? watchedStream(body, idle.touch) : body,
			duplex: "half",
			redirect: "manual",
			signal: AbortSignal.any([idle.signal, signal])
		}).catch((cause) => {
			throw new NetworkFailure(cause);
		});
		idle.touch();
		let received = 0;
		const rest = {
			received: 0,
			from: 0
		};
		const chunks = watchedChunks(response, (bytes) => {
			idle.touch();
			if (received === 0) rest.from = clock.now();
			else rest.received += bytes;
			received += bytes;
		});
		if (response.ok) {
			const result = await read({
				headers: response.headers,
				chunks
			});
			const sent = body instanceof Uint8Array ? body.length : 0;
			const ofServer = parseServerTiming(response.headers.get("server-timing"));
			const ended = clock.now();
			wire.line.note({
				sent,
				received,
				milliseconds: ended - started,
				ofServer,
				rest: {
					received: rest.received,
					milliseconds: ended - rest.from
				}
			});
			return result;
		}
		const problem = parseProblem(await readText(chunks, LARGEST_PROBLEM) ?? "");
		throw new HttpFailure(response.status, problem, parseRetryAfter(response.headers.get("retry-after"), clock.now()));
	} finally {
		idle.stop();
	}
}
/** A stream has no length of its own; the server refuses a part that does not say it. */
function lengthOf(body) {
	return body instanceof Uint8Array ? {
		"content-length": String(body.length),
		"content-type": "application/octet-stream"
	} : {};
}
async function* watchedChunks(response, arrived) {
	if (!response.body) return;
	try {
		for await (const chunk of response.body) {
			arrived(chunk.length);
			yield chunk;
		}
	} catch (cause) {
		throw new NetworkFailure(cause);
	}
}
/** The text of the chunks; null where there is more than the limit. */
async function readText(chunks, limit) {
	const parts = [];
	let size = 0;
	for await (const chunk of chunks) {
		size += chunk.length;
		if (size > limit) return null;
		parts.push(chunk);
	}
	return Buffer.concat(parts).toString("utf8");
}
function parseJson(text) {
	try {
		return JSON.parse(text);
	} catch (error) {
		if (error instanceof SyntaxError) return void 0;
		throw error;
	}
}
function isExpired(error) {
	return error instanceof HttpFailure && error.status === 401 && error.problem?.code === "invalid_token";
}
function explain(wire, call, error) {
	if (error instanceof HttpFailure) {
		const aboutCredential = error.status === 401 || error.status === 403;
		return explainFailure(error, call.what, (aboutCredential ? call.credential?.input : call.input) ?? null);
	}
	if (!(error instanceof NetworkFailure)) return error;
	const hint = error.isCertificate ? " Its certificate is not trusted here: name the file of your certificate authority in NODE_EXTRA_CA_CERTS." : "";
	return new BrokenError(`${call.what}: ${wire.base} cannot be reached (${error.reason}).${hint}`, error);
}
// action/client/revoke.ts
/** Gives a token back before its time is up (RFC 7009). */
/** Milliseconds. */
const PATIENCE = 2e3;
/** Revokes the token; a failure is only noted, since the token ends by itself within minutes. */
async function revoke(wire, token) {
	try {
		await request(wire, {
			what: "giving the token back",
			method: "POST",
			path: "/oauth/revoke",
			body: async () => new URLSearchParams({ token }),
			tries: 2,
			signal: AbortSignal.timeout(PATIENCE)
		}, async () => {});
	} catch (error) {
		wire.environment.log.line(`The token was not given back: ${error.message}`);
	}
}
// action/client/ticker.ts
const PAUSE = 1e3;
function newTicker({ clock, log }) {
	let last = Number.NEGATIVE_INFINITY;
	return { say(text) {
		if (clock.now() - last < PAUSE) return false;
		last = clock.now();
		log.line(text());
		return true;
	} };
}
// backend/contract/delta/read-ahead.ts
/** Bytes that are read at a time. */
const WINDOW = 1048576;
/** @param options with `lend`, what was read is only good until the next is asked for: a whole file goes through one memory */
function readAhead(source, { lend } = { lend: false }) {
	let memory;
	let window = {
		offset: 0,
		bytes: /* @__PURE__ */ new Uint8Array(0)
	};
	return {
		size: source.size,
		async read(offset, length) {
			if (length > 1048576) return source.read(offset, length);
			const end = window.offset + window.bytes.length;
			if (offset < window.offset || offset + length > end) {
				const more = Math.min(WINDOW, source.size - offset);
				if (lend) memory ??= new Uint8Array(WINDOW);
				window = {
					offset,
					bytes: /* @__PURE__ */ new Uint8Array(0)
				};
				window = {
					offset,
					bytes: await source.read(offset, more, memory)
				};
			}
			return window.bytes.subarray(offset - window.offset, offset - window.offset + length);
		}
	};
}
// backend/contract/delta/short-digest.ts
/** Short SHA-256 digests: enough to find what is alike within one project; the whole file's digest decides. */
/** The first bytes of the SHA-256 of the pieces one after the other. */
function shortDigest(length, ...pieces) {
	const whole = pieces.length === 1 ? pieces[0] : Buffer.concat(pieces);
	return hash("sha256", whole, "buffer").subarray(0, length);
}
/** A digest as a map takes it. */
const keyOf = (digest) => digest.toString("latin1");
// backend/contract/delta/limits.ts
/** What a difference may cost the two sides that work on it; what would cost more goes whole. Sizes are in bytes. */
const MIB = 1048576;
const DELTA_LIMITS = {
	/** Smaller files go whole: the questions would cost more than the answer saves. */
	smallestFile: 65536,
	entries: 2e5,
	/** The zip's directory, which is held in memory. */
	directory: 16 * MIB,
	/** What stands before one entry's data: the local header, padding, a data descriptor. */
	gap: 4 * MIB,
	/** What stands between the last entry and the directory: an APK's signing block. And what follows the directory. */
	tail: 8 * MIB,
	/** An entry's inflated content, which is held in memory; a larger one is copied whole or sent as it is. */
	content: 256 * MIB,
	/** Code that is walked through, reference by reference, and held in memory in three forms. */
	code: 32 * MIB,
	/** All contents of a file that are deflated again: about a minute of a core, so that a difference is no bomb. */
	deflated: 512 * MIB,
	/** Copies in one entry. */
	copies: 1e6,
	/** A difference before it is compressed, which the client holds in memory. */
	difference: 256 * MIB,
	/** The index of the signatures, compressed and not. */
	index: 16 * MIB,
	/** All block signatures of a file. */
	signatures: 32 * MIB
};
// backend/contract/delta/zip-directory.ts
const END_SIGNATURE = 101010256;
const END_BYTES = 22;
const LOCATOR_SIGNATURE = 117853008;
const LOCATOR_BYTES = 20;
const ZIP64_END_SIGNATURE = 101075792;
const ZIP64_END_BYTES = 56;
/** Null for a file that has none, or one too large to be held in memory. */
async function findDirectory(source) {
	const tailSize = Math.min(source.size, 65577);
	const tail = Buffer.from(await source.read(source.size - tailSize, tailSize));
	for (let at = tailSize - END_BYTES; at >= 0; at--) {
		if (tail.readUInt32LE(at) !== END_SIGNATURE || tail.readUInt16LE(at + 20) !== tailSize - at - END_BYTES) continue;
		const narrow = {
			offset: tail.readUInt32LE(at + 16),
			size: tail.readUInt32LE(at + 12)
		};
		const place = at >= LOCATOR_BYTES && tail.readUInt32LE(at - LOCATOR_BYTES) === LOCATOR_SIGNATURE ? await readZip64End(source, tail.readBigUInt64LE(at - LOCATOR_BYTES + 8)) : narrow;
		if (!place || place.size > DELTA_LIMITS.directory) return null;
		return place.offset + place.size <= source.size - tailSize + at ? place : null;
	}
	return null;
}
async function readZip64End(source, at) {
	if (at > BigInt(source.size - ZIP64_END_BYTES)) return null;
	const record = Buffer.from(await source.read(Number(at), ZIP64_END_BYTES));
	const [size, offset] = [record.readBigUInt64LE(40), record.readBigUInt64LE(48)];
	if (record.readUInt32LE(0) !== ZIP64_END_SIGNATURE || size + offset > at) return null;
	return {
		offset: Number(offset),
		size: Number(size)
	};
}
// backend/contract/delta/zip-layout.ts
const LOCAL_SIGNATURE = 67324752;
const LOCAL_BYTES = 30;
const RECORD_SIGNATURE = 33639248;
const RECORD_BYTES = 46;
const ZIP64_EXTRA = 1;
const MOST = 4294967295;
/** The layout of a zip; null for a file that is none, or none that this can take apart. */
async function readLayout(source) {
	const directory = await findDirectory(source);
	if (!directory) return null;
	const entries = readRecords(Buffer.from(await source.read(directory.offset, directory.size)));
	if (!entries) return null;
	entries.sort((a, b) => a.headerOffset - b.headerOffset);
	const placed = [];
	let end = 0;
	for (const { headerOffset, ...entry } of entries) {
		if (headerOffset < end || headerOffset + LOCAL_BYTES > directory.offset) return null;
		const header = Buffer.from(await source.read(headerOffset, LOCAL_BYTES));
		if (header.readUInt32LE(0) !== LOCAL_SIGNATURE) return null;
		const dataOffset = headerOffset + LOCAL_BYTES + header.readUInt16LE(26) + header.readUInt16LE(28);
		if (dataOffset - end > DELTA_LIMITS.gap || dataOffset + entry.dataLength > directory.offset) return null;
		placed.push({
			...entry,
			gapOffset: end,
			dataOffset
		});
		end = dataOffset + entry.dataLength;
	}
	const directoryEnd = directory.offset + directory.size;
	if (directory.offset - end > DELTA_LIMITS.tail || source.size - directoryEnd > DELTA_LIMITS.tail) return null;
	return {
		entries: placed,
		dataEnd: end,
		directoryOffset: directory.offset,
		directoryEnd
	};
}
function readRecords(directory) {
	const listed = [];
	for (let at = 0; at < directory.length;) {
		if (directory.length - at < RECORD_BYTES || directory.readUInt32LE(at) !== RECORD_SIGNATURE) return null;
		const nameLength = directory.readUInt16LE(at + 28);
		const extraLength = directory.readUInt16LE(at + 30);
		const end = at + RECORD_BYTES + nameLength + extraLength + directory.readUInt16LE(at + 32);
		if (end > directory.length || listed.length === DELTA_LIMITS.entries) return null;
		const record = directory.subarray(at, end);
		const name = record.subarray(RECORD_BYTES, RECORD_BYTES + nameLength);
		const wide = readWideSizes(record, record.subarray(RECORD_BYTES + nameLength).subarray(0, extraLength));
		if (!wide) return null;
		listed.push({
			name,
			method: record.readUInt16LE(10),
			record,
			position: listed.length,
			...wide
		});
		at = end;
	}
	return listed;
}
/** Sizes and offset of an entry, from the zip64 extra field where the record has no room for them. */
function readWideSizes(record, extra) {
	const narrow = [
		record.readUInt32LE(24),
		record.readUInt32LE(20),
		record.readUInt32LE(42)
	];
	if (narrow.includes(MOST)) {
		const field = zip64Field(extra);
		let at = 0;
		for (const [index, value] of narrow.entries()) {
			if (value !== MOST) continue;
			if (!field || field.length < at + 8) return null;
			const wide = field.readBigUInt64LE(at);
			if (wide > BigInt(Number.MAX_SAFE_INTEGER)) return null;
			narrow[index] = Number(wide);
			at += 8;
		}
	}
	const [contentLength, dataLength, headerOffset] = narrow;
	return {
		contentLength,
		dataLength,
		headerOffset
	};
}
function zip64Field(extra) {
	for (let at = 0; at + 4 <= extra.length;) {
		const length = extra.readUInt16LE(at + 2);
		if (extra.readUInt16LE(at) === ZIP64_EXTRA) return extra.subarray(at + 4, at + 4 + length);
		at += 4 + length;
	}
	return null;
}
/** Where a record keeps the offset of its entry's local header; entries further on have it in an extra field. */
const OFFSET_FIELD = 42;
/**
* The record with its offset counted from elsewhere: by the end of the data before it, the records of entries that only
* moved are the same in both files. Counting by the same number backwards gives the record again.
*/
function shiftRecord(record, by) {
	const shifted = Buffer.from(record);
	if (shifted.length < RECORD_BYTES) return shifted;
	const offset = shifted.readUInt32LE(OFFSET_FIELD);
	shifted.writeUInt32LE(((offset + by) % 2 ** 32 + 2 ** 32) % 2 ** 32, OFFSET_FIELD);
	return shifted;
}
// backend/contract/delta/later-file.ts
/** The file that is to be sent, taken apart: where its entries lie, and the short digests of their data. */
var LaterFile = class LaterFile {
	source;
	layout;
	#lent;
	#digests = /* @__PURE__ */ new Map();
	#ahead = Promise.resolve();
	#isWanted = false;
	constructor(whole, source, layout) {
		this.#lent = readAhead(whole, { lend: true });
		this.source = source;
		this.layout = layout;
	}
	/** Null for a file that cannot be taken apart. */
	static async open(whole) {
		const source = readAhead(whole);
		const layout = await readLayout(source);
		return layout && new LaterFile(whole, source, layout);
	}
	/** Begins to read the digests of all entries, for which there is time while the server is asked. */
	begin() {
		this.#isWanted = true;
		this.#ahead = this.#readAll();
		this.#ahead.catch(() => {});
	}
	/** Ends what `begin` began, whether it has come to its end or not; before it has ended, nobody may ask for a digest. */
	async stop() {
		this.#isWanted = false;
		await this.#ahead.catch(() => {});
	}
	/** The first bytes of the SHA-256 of an entry's data. To be asked for one after the other. */
	async digest(entry) {
		const known = this.#digests.get(entry);
		if (known) return known;
		const digest = await this.#read(entry);
		this.#digests.set(entry, digest);
		return digest;
	}
	async #readAll() {
		for (const entry of this.layout.entries) {
			if (!this.#isWanted) return;
			await this.digest(entry);
		}
	}
	async #read({ dataOffset, dataLength }) {
		if (dataLength <= 1048576) return shortDigest(6, await this.#lent.read(dataOffset, dataLength));
		const hash = createHash("sha256");
		for (let at = 0; at < dataLength; at += WINDOW) hash.update(await this.#lent.read(dataOffset + at, Math.min(WINDOW, dataLength - at)));
		return hash.digest().subarray(0, 6);
	}
};
// action/client/squeeze.ts
/** Compresses a part of a file where that saves enough: code and libraries that lie in a build as they are. */
const LEVEL = 3;
/** What a few samples must come down to before all of it is tried, and all of it before it is sent so. */
const WORTH_IT = .9;
const SAMPLES = 4;
const SAMPLE_BYTES = 16384;
/** Bytes a second of the line from which on compressing takes longer than it saves. */
const FAST = 6e7;
const compress = promisify(zstdCompress);
const squeezed = (bytes) => compress(bytes, {
	params: { [constants$1.ZSTD_c_compressionLevel]: LEVEL },
	pledgedSrcSize: bytes.length
});
/**
* The zstd frame of the bytes; null where they had better go as they are.
*
* @param rate bytes a second that the line takes; null where it is not known
*/
async function squeeze(bytes, rate) {
	if (rate !== null && rate > FAST) return null;
	const samples = Buffer.concat(Array.from({ length: SAMPLES }, (_, at) => {
		const start = Math.floor(at * bytes.length / SAMPLES);
		return bytes.subarray(start, start + SAMPLE_BYTES);
	}));
	if ((await squeezed(samples)).length > samples.length * WORTH_IT) return null;
	const frame = await squeezed(bytes);
	return frame.length > bytes.length * WORTH_IT ? null : frame;
}
// action/client/send-parts.ts
/** Sends bytes in parts, a few side by side, and goes on from what the server has when the line breaks. */
/** Parts on the way at a time: enough to fill a long line, and 24 MiB of memory. */
const SIDE_BY_SIDE = 3;
/** Tries of one part before the server is asked what it has. */
const TRIES_OF_A_PART = 3;
/** Rounds without a single new part after which the upload is given up. */
const FRUITLESS_ROUNDS = 4;
/** Of a part's and a completion's URL; left out for the whole file. */
const queryOf = (of) => of === "file" ? "" : `?of=${of}`;
/**
* Sends all parts, or those that are missing where the upload goes on. Returns the bytes that went over the line.
*
* @throws BrokenError when the line does not come back
*/
async function sendParts(upload, { goesOn }) {
	const { clock, random, signal, log } = upload.wire.environment;
	const count = Math.ceil(upload.body.size / upload.partSize);
	let missing = Array.from({ length: count }, (_, index) => index + 1);
	if (goesOn) {
		missing = await missingParts(upload, missing);
		log.line(`${upload.file.name}: going on: ${count - missing.length} of ${count} parts have arrived`);
	}
	const toSend = missing.reduce((sum, number) => sum + sizeOf(upload, number), 0);
	const say = progress(upload, upload.body.size - toSend);
	let onTheWay = 0;
	const note = (sent) => {
		onTheWay += sent.onTheWay;
		say(sent.bytes);
	};
	for (let fruitless = 0; missing.length > 0;) {
		const before = missing.length;
		const failure = await sendRound(upload, missing, note);
		if (!failure) break;
		missing = await missingParts(upload, missing);
		fruitless = missing.length < before ? 0 : fruitless + 1;
		if (fruitless === FRUITLESS_ROUNDS) throw failure;
		log.line(`${upload.file.name}: the line broke; ${count - missing.length} of ${count} parts have arrived, going on`);
		await clock.sleep(backOff(fruitless + 1, random), signal);
	}
	return onTheWay;
}
function sizeOf({ body, partSize }, number) {
	return Math.min(partSize, body.size - (number - 1) * partSize);
}
/** Sends each part once over; answers the last failure that a later round may mend. Anything else ends the upload. */
async function sendRound(upload, parts, note) {
	const queue = [...parts];
	let failure = null;
	const worker = async () => {
		for (let number = queue.shift(); number !== void 0; number = queue.shift()) try {
			note(await sendPart(upload, number));
		} catch (error) {
			if (!(error instanceof BrokenError)) {
				queue.length = 0;
				throw error;
			}
			failure = error;
		}
	};
	await Promise.all(Array.from({ length: SIDE_BY_SIDE }, worker));
	return failure;
}
async function sendPart(upload, number) {
	const { wire, credential, file, id, partSize, of, body, mayCompress } = upload;
	const bytes = await body.read((number - 1) * partSize, partSize);
	const frame = mayCompress ? await squeeze(bytes, wire.line.rate()) : null;
	const content = frame ?? bytes;
	await requestJson(wire, {
		what: `sending part ${number} of ${file.name}`,
		method: "PUT",
		path: `/v1/artifacts/${id}/parts/${number}${queryOf(of)}`,
		headers: {
			...contentDigest(content),
			...frame && { "content-encoding": "zstd" }
		},
		body: async () => content,
		credential,
		input: file.input,
		tries: TRIES_OF_A_PART
	}, Part);
	return {
		bytes: bytes.length,
		onTheWay: content.length
	};
}
/** As RFC 9530 has it. */
function contentDigest(bytes) {
	return { "content-digest": `sha-256=:${createHash("sha256").update(bytes).digest("base64")}:` };
}
/** What has not arrived as it is here: an earlier attempt may have sent something else. */
async function missingParts(upload, wanted) {
	const { wire, credential, file, id, partSize, body } = upload;
	const { parts } = await requestJson(wire, {
		what: `asking which parts of ${file.name} have arrived`,
		method: "GET",
		path: `/v1/artifacts/${id}/parts`,
		credential
	}, PartList);
	const arrived = new Map(parts.map(({ number, sha256 }) => [number, sha256]));
	const missing = [];
	for (const number of wanted) {
		const digest = arrived.get(number);
		const bytes = digest && await body.read((number - 1) * partSize, partSize);
		if (!bytes || createHash("sha256").update(bytes).digest("hex") !== digest) missing.push(number);
	}
	return missing;
}
/** A line with percent and rate, at most one a second. */
function progress({ wire, file, body }, arrived) {
	const { clock } = wire.environment;
	const ticker = newTicker(wire.environment);
	const started = clock.now();
	let done = arrived;
	return (sent) => {
		done = Math.min(body.size, done + sent);
		ticker.say(() => {
			const percent = Math.floor(100 * done / body.size);
			return `Uploading ${file.name}: ${percent} % of ${amount(body.size)}; ${rate(done - arrived, clock.now() - started)}`;
		});
	};
}
function rate(bytes, milliseconds) {
	const seconds = Math.max(.1, milliseconds / 1e3);
	return `${amount(bytes)} in ${seconds.toFixed(1)} s, ${amount(bytes / seconds)}/s`;
}
/** Bytes for people. */
function amount(bytes) {
	return bytes < 1e6 ? `${Math.ceil(bytes / 1e3)} kB` : `${(bytes / 1e6).toFixed(1)} MB`;
}
// action/client/upload.ts
/** Uploads one file: whole, or as the difference to an earlier one that the server still has. */
/** Milliseconds: the server reads the whole file again before it answers. */
const IDLE_OF_COMPLETING = 3e5;
/** Uploads the file and returns its artifact's id. */
async function upload(wire, credential, file) {
	const { clock, log } = wire.environment;
	const started = clock.now();
	const apart = takeApart(file);
	const opened = await requestJson(wire, {
		what: `opening the upload of ${file.name}`,
		method: "POST",
		path: "/v1/artifacts",
		credential,
		input: file.input,
		...jsonBody({
			name: file.name,
			kind: file.kind,
			size: file.size,
			sha256: file.sha256,
			can: ["whole", "delta"]
		})
	}, OpenedUpload);
	const id = opened.artifactId;
	if (!opened.prior) apart.then((later) => later?.stop()).catch(() => {});
	if (opened.state === "complete") {
		log.line(`${file.name}: the server has these very bytes already`);
		return id;
	}
	const mayCompress = opened.encodings?.includes("zstd") ?? false;
	const whole = {
		wire,
		credential,
		file,
		id,
		partSize: opened.partSize,
		of: "file",
		body: file,
		mayCompress
	};
	const difference = opened.prior && await differenceOf(whole, apart, opened.prior);
	const along = opened.prior?.along ?? 0;
	const sent = (difference && await sendDifference(difference, along)) ?? await sendAndComplete(whole, opened.arrived);
	const seconds = ((clock.now() - started) / 1e3).toFixed(1);
	log.line(`Uploaded ${file.name}: sent ${amount(sent)} of ${amount(file.size)} in ${seconds} s`);
	return id;
}
/** Is done while the server is asked whether it has an earlier artifact. */
function takeApart(file) {
	const apart = file.size < DELTA_LIMITS.smallestFile ? Promise.resolve(null) : LaterFile.open(file);
	apart.then((later) => later?.begin()).catch(() => {});
	return apart;
}
/** The difference to an earlier artifact, when it is worth sending. */
async function differenceOf(whole, apart, prior) {
	const { makeDifference } = await import("./difference.js");
	const bytes = await makeDifference({
		...whole,
		apart
	}, prior);
	if (!bytes) return null;
	const read = async (offset, length) => bytes.subarray(offset, offset + length);
	return {
		...whole,
		of: "difference",
		body: {
			size: bytes.length,
			read
		},
		mayCompress: false
	};
}
/** Null where the server can no longer rebuild the file, because the earlier artifact was forgotten meanwhile. */
async function sendDifference(difference, along) {
	const { size } = difference.body;
	try {
		if (size > along) return await sendAndComplete(difference);
		await complete(difference, await difference.body.read(0, size));
		return size;
	} catch (error) {
		if (!isRefused(error, "prior_mismatch")) throw error;
		difference.wire.environment.log.line(`${difference.file.name}: the server wants the whole file`);
		return null;
	}
}
function isRefused(error, code) {
	return error instanceof RefusedError && error.code === code;
}
/** Sends what has not arrived yet and completes the upload. Returns the bytes that were sent. */
async function sendAndComplete(upload, arrived = 0) {
	const sent = await sendParts(upload, { goesOn: arrived > 0 }).catch((error) => {
		if (isRefused(error, "conflict")) return 0;
		throw error;
	});
	await complete(upload);
	return sent;
}
/** @param difference which comes along, without parts */
async function complete({ wire, credential, file, id, of }, difference) {
	await requestJson(wire, {
		what: `completing the upload of ${file.name}`,
		method: "POST",
		path: `/v1/artifacts/${id}/complete${queryOf(of)}`,
		credential,
		input: file.input,
		idle: IDLE_OF_COMPLETING,
		...difference && {
			headers: contentDigest(difference),
			body: async () => difference
		}
	}, Artifact);
}
function jsonBody(value) {
	return {
		headers: { "content-type": "application/json" },
		body: async () => JSON.stringify(value)
	};
}
// action/client/start-run.ts
/** Starts the run, and stops it again. */
/** Milliseconds. GitHub leaves 7.5 s between SIGINT and SIGTERM: an answer that is on its way is waited for first. */
const GRACE = 2500;
const PATIENCE_OF_CANCELLING = 4e3;
/**
* Starts the run. The same CI job asking again for the same gets the same run, and an API token with the same idempotency
* key, so a lost answer is asked for again.
*
* A job that is cancelled while the request is on its way waits a moment for the answer: without the run's handle, nobody
* could stop a run that the server has already accepted.
*/
async function startRun(wire, credential, request) {
	if (wire.environment.signal.aborted) throw new CancelledError();
	const json = jsonBody(request);
	const late = delayed(wire.environment.signal, GRACE);
	try {
		return await requestJson(wire, {
			what: "starting the run",
			method: "POST",
			path: "/v1/runs",
			credential,
			signal: late.signal,
			...json,
			headers: {
				...json.headers,
				"idempotency-key": randomUUID()
			}
		}, StartedRun);
	} finally {
		late.stop();
	}
}
/** Asks the server to stop the run at its farms. Takes at most four seconds. */
async function cancelRun(wire, credential, runId) {
	return requestJson(wire, {
		what: "cancelling the run",
		method: "POST",
		path: `/v1/runs/${runId}/cancel`,
		credential,
		signal: AbortSignal.timeout(PATIENCE_OF_CANCELLING)
	}, RunView);
}
function delayed(signal, milliseconds) {
	const controller = new AbortController();
	let timer;
	const onAbort = () => {
		timer = setTimeout(() => controller.abort(), milliseconds);
	};
	signal.addEventListener("abort", onAbort, { once: true });
	return {
		signal: controller.signal,
		stop() {
			clearTimeout(timer);
			signal.removeEventListener("abort", onAbort);
		}
	};
}
// action/proxy.ts
/**
* HTTPS_PROXY, HTTP_PROXY and NO_PROXY for `fetch`. Node does it itself once asked to; a bundled HTTP client for it would
* cost every start 80 ms. (@actions/core has its own way for the OIDC token.)
*
* https://nodejs.org/api/http.html#built-in-proxy-support
*/
/** @throws BrokenError on a Node that is too old to be asked, unless it was told at its start by NODE_USE_ENV_PROXY */
function useProxyOf(env) {
	if (![
		"HTTPS_PROXY",
		"https_proxy",
		"HTTP_PROXY",
		"http_proxy"
	].some((name) => env[name]) || env.NODE_USE_ENV_PROXY === "1") return;
	if (typeof http.setGlobalProxyFromEnv !== "function") throw new BrokenError(`The runner's Node ${process.versions.node} cannot be told of a proxy by an action. Set NODE_USE_ENV_PROXY=1 in the environment of the job or of the runner, or update the runner.`);
	http.setGlobalProxyFromEnv(env);
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
const STEP = 65536;
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
		this.#input = zlib.malloc(STEP);
		this.#output = zlib.malloc(STEP);
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
		const result = this.#zlib.deflate_process(this.#stream, from, bytes, this.#output, STEP, flush);
		const code = result >>> 24;
		if (code !== OK && code !== STREAM_END && code !== BUF_ERROR) throw new Error(`zlib answered ${code - 256}`);
		const produced = result & 16777215;
		if (produced > 0) this.#onData(new Uint8Array(memory.buffer, this.#output, produced));
		return code;
	}
};
export { saveFinished as $, idSchema as A, object as B, MAX_ARTIFACT_SIZE as C, FailOn as D, EvidenceKind as E, extend as F, string as G, optional as H, int as I, fail as J, _maxLength as K, literal as L, _enum as M, array as N, Framework as O, boolean as P, readUnfinished as Q, nullable as R, StartRun as S, OpenUpload as T, pick as U, omit as V, strictObject as W, log as X, getIdToken as Y, readInput as Z, Line as _, cancelRun as a, RefusedError as at, RunChange as b, shiftRecord as c, shortDigest as d, saveState as et, newTicker as f, backOff as g, requestJson as h, useProxyOf as i, CancelledError as it, realClock as j, TestOutcome as k, DELTA_LIMITS as l, request as m, ZlibDeflate as n, writeSummary as nt, startRun as o, SubmissionError as ot, revoke as p, _minLength as q, loadZlib as r, BrokenError as rt, upload as s, UsageError as st, STEP as t, setOutput as tt, keyOf as u, bearer as v, MAX_PART_SIZE as w, RunView as x, bound as y, nullish as z };
