import { join } from 'node:path';
import { startChild } from '../../child/child';
import type { Clock } from '../../child/clock';
import type { Subject } from '../subjects';
import type { Installation } from './installation';
import type { EngineFunctions } from './requests';

/** The engine of one subject, in a child process. Executions can overlap, as in n8n. */
export interface Runner extends Pick<EngineFunctions, 'execute' | 'loop'> {
	subject: Subject;
	close(): void;
}

/** @param isolated - see StartOptions */
export async function startRunner(
	subject: Subject,
	installation: Installation,
	{ clock, isolated }: { clock?: Clock; isolated: boolean },
): Promise<Runner> {
	const { functions, close } = startChild<EngineFunctions>(join(__dirname, 'main.ts'), {
		node: installation.node,
		clock,
	});
	await functions.start({ subject: subject.key, installation, isolated });
	return { subject, execute: functions.execute, loop: functions.loop, close };
}
