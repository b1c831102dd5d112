import { Q as readUnfinished, X as log, _ as Line, a as cancelRun, i as useProxyOf, j as realClock, p as revoke, rt as BrokenError, v as bearer } from "./shared.js";
// action/post.ts
/**
* The post step: a new process that cancels the run when main was killed before it could. It has no key, only a handle
* that cancels this one run. It never fails the job.
*/
const left = readUnfinished();
if (left) {
	const environment = {
		fetch,
		getIdToken: () => Promise.reject(new BrokenError("The post step asks for no id token.")),
		log,
		clock: realClock,
		random: Math.random,
		signal: new AbortController().signal
	};
	try {
		useProxyOf(process.env);
		const wire = {
			base: left.server,
			environment,
			line: new Line()
		};
		const run = await cancelRun(wire, bearer(left.cancelHandle), left.runId);
		log.line(`The run was left behind, and is cancelled: ${run.title}`);
		await revoke(wire, left.cancelHandle);
	} catch (error) {
		log.warning(`The run ${left.runId} was left behind and could not be cancelled: ${error.message}`);
	}
}
export {};
