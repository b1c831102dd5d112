/** Adds up what Jest reports, and ends with the line that CI reads. */
import { readFileSync } from 'node:fs';

type Report = {
  numPassedTests: number;
  numFailedTests: number;
  numPendingTests: number;
  numTodoTests: number;
  numFailedTestSuites: number;
  numTotalTests: number;
};

const [steps = '1', ...files] = process.argv.slice(2);
let passed = 0;
let failed = Number(steps);
let skipped = 0;
for (const file of files) {
  try {
    const report = JSON.parse(readFileSync(file, 'utf8')) as Report;
    passed += report.numPassedTests;
    // A suite that could not even start has no failed test of its own.
    failed += Math.max(report.numFailedTests, report.numFailedTestSuites);
    skipped += report.numPendingTests + report.numTodoTests;
    if (report.numTotalTests === 0) failed += 1;
  } catch {
    console.error(`${file}: no report`);
    failed += 1;
  }
}
console.log(`${passed} passed, ${failed} failed, ${skipped} skipped`);
process.exitCode = failed > 0 || skipped > 0 ? 1 : 0;
