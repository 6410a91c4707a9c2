import { LogLimiter } from '../../../nodes/Veo/webhook/logLimiter';
import { VirtualClock } from '../support/virtualClock';

it('logs one line a minute for each topic, with the number of those that are missing', async () => {
	const clock = new VirtualClock();
	const log = new LogLimiter(clock);
	const lines: Array<string | undefined> = [];
	for (let i = 0; i < 4957; i++) lines.push(log.line('refused', 'refused'));
	expect(lines.filter((line) => line !== undefined)).toEqual(['refused']);
	expect(log.line('error', 'failed')).toBe('failed');
	await clock.advance(60_000);
	expect(log.line('refused', 'refused')).toBe('refused (4956 similar messages were suppressed)');
	await clock.advance(60_000);
	expect(log.line('refused', 'refused')).toBe('refused');
});
