import { startSandbox, type Sandbox } from '../../sandbox/client';
import { Engine } from './support/engine';

let sandbox: Sandbox; let engine: Engine;
beforeAll(async () => { sandbox = await startSandbox({ jobSeconds: 1.5 }); engine = await Engine.start(); });
afterAll(async () => await sandbox.close());
it('works', async () => {
	const r = await engine.run({ parameters: { prompt: 'a cat', options: { pollInterval: 1 }, downloadVideo: true }, credential: { apiKey: sandbox.key, baseUrl: sandbox.baseUrl } });
	console.log(JSON.stringify(r.items, null, 1), r.error, r.run.status, r.warnings);
	const b = await engine.bytesOf(r.items[0]); console.log(b.length);
	console.log((await sandbox.journal()).map((e) => `${e.at} ${e.method} ${e.path} ${e.status} ${e.hasAuthorization}`));
});
