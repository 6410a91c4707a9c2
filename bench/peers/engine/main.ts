// A child process with the engine of one subject.
import { serve } from '../../child/child';
import { profiled } from './profile';
import type { EngineFunctions } from './requests';
import { SubjectEngine } from './subjectEngine';

let started: SubjectEngine | undefined;

function engine(): SubjectEngine {
	if (!started) throw new Error('The engine has not started');
	return started;
}

serve<EngineFunctions>({
	start: async (options) => void (started = await SubjectEngine.start(options)),
	execute: async (request) => {
		if (!request.profile) return await engine().execute(request);
		const { result, cpuSeconds } = await profiled(async () => await engine().execute(request));
		return { ...result, cpuSeconds };
	},
	loop: async (request) => await engine().loop(request),
});
