// The engine with one contestant (its key is in BENCH_NODE), in a process of its own: takes orders
// as messages, answers each.
import { CONTESTANTS } from '../contestants';
import { bareLoop } from './bareLoop';
import { Engine } from './engine';
import { orderSchema, type Answer, type Order } from './orders';
import { profiled } from './profile';

const { BENCH_NODE, BENCH_PACKAGE, BENCH_ISOLATED } = process.env;

async function follow(engine: Engine, order: Order): Promise<Answer> {
	const { id } = order;
	try {
		if (order.kind === 'loop') return { id, outcome: await bareLoop(order) };
		if (!order.profile) return { id, outcome: await engine.run(order) };
		const { result, busySeconds } = await profiled(async () => await engine.run(order));
		return { id, outcome: { ...result, busySeconds } };
	} catch (error) {
		return { id, problem: error instanceof Error ? (error.stack ?? error.message) : String(error) };
	}
}

async function serve(): Promise<void> {
	const contestant = CONTESTANTS.find(({ key }) => key === BENCH_NODE);
	if (!contestant) throw new Error(`There is no contestant '${BENCH_NODE}'`);
	const engine = await Engine.start(contestant, BENCH_PACKAGE ?? '', BENCH_ISOLATED === '1');
	process.on('message', (message) => {
		void follow(engine, orderSchema.parse(message)).then((answer) => process.send?.(answer));
	});
	process.send?.('ready');
}

process.once('disconnect', () => process.exit(0));
void serve();
