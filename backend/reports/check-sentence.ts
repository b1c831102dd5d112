/** The first line under the check's title: what a reviewer has to do about it. */
import type { RunView } from '../contract/runs.ts';
import type { Conclusion } from '../contract/verdicts.ts';
import { codeSpan } from './markdown-text.ts';

export function checkSentence(run: RunView, conclusion: Conclusion | null): string {
  if (conclusion === null || run.verdict === null) return unfinished(run);
  const base = run.changeRequest ? codeSpan(run.changeRequest.baseBranch, 60) : 'the base branch';
  const { failed, newFailures } = run.counts ?? { failed: 0, newFailures: 0 };
  switch (run.verdict) {
    case 'passed':
      return '✅ **Every expected test ran and passed.**';
    case 'flaky':
      return '✅ **Nothing is left failing**, but some tests passed only when tried again. They are listed below.';
    case 'failed':
      if (newFailures === 0)
        return `${sign(conclusion)} **Nothing new:** ${base} fails the same tests on the same devices. ${effect(conclusion)}`;
      return `${sign(conclusion)} **${newFailures} of ${failed} failed tests ${newFailures === 1 ? 'is' : 'are'} not known to fail on ${base}.** ${effect(conclusion)}`;
    case 'errored':
      return `💥 **Not your tests:** the farm or the backend broke, after its own retries. Re-run the check. ${effect(conclusion)}`;
    case 'invalid':
      return `⛔ **The farm refuses the files or the configuration.** Its reason stands below; running it again will not help. ${effect(conclusion)}`;
    case 'incomplete':
      return `❓ **Some results are missing:** what came back does not add up to what was expected, so this is no pass. ${effect(conclusion)}`;
    case 'timed_out':
      return `⌛ **A time limit was reached** before all tests were done. Raise \`timeout\` or \`queue-timeout\`, or use more shards. ${effect(conclusion)}`;
    case 'cancelled':
      return `🚫 **Cancelled** before all tests were done. ${effect(conclusion)}`;
    case 'skipped':
      return `⚪ **No test ran**, and what was not tested does not pass. Look at the test files, filters and devices. ${effect(conclusion)}`;
  }
}

function unfinished(run: RunView): string {
  if (run.attention === 'needs_attention') {
    return '⚠️ **Somebody has to look:** a farm’s answer was lost, and cannot be looked up. The report says which job it was.';
  }
  if (run.attention === 'stale')
    return '⏳ **The farm has not answered for a while.** The run goes on, and is asked about again.';
  return '⏳ This check is updated as devices finish.';
}

function sign(conclusion: Conclusion): string {
  return conclusion === 'neutral' ? '⚠️' : '❌';
}

function effect(conclusion: Conclusion): string {
  return conclusion === 'neutral' ? 'This does not block.' : 'This blocks.';
}
