// The engine with one contestant (its key is in BENCH_NODE), in a process of its own: takes orders
// as messages, answers each.
import { CONTESTANTS } from '../contestants';
import { bareLoop } from './bareLoop';
import { Engine } from './engine';
import { orderSchema, type Answer, type Order } from './orders';

const { BENCH_NODE, BENCH_PACKAGE } = process.env;

async function follow(engine: Engine, order: Order): Promise<Answer> {
	const { id } = order;
	try {
		const outcome = order.kind === 'run' ? await engine.run(order) : await bareLoop(order);
		return { id, outcome };
	} catch (error) {
		return { id, problem: error instanceof Error ? (error.stack ?? error.message) : String(error) };
	}
}

async function serve(): Promise<void> {
	const contestant = CONTESTANTS.find(({ key }) => key === BENCH_NODE);
	if (!contestant) throw new Error(`There is no contestant '${BENCH_NODE}'`);
	const engine = await Engine.start(contestant, BENCH_PACKAGE ?? '');
	process.on('message', (message) => {
		void follow(engine, orderSchema.parse(message)).then((answer) => process.send?.(answer));
	});
	process.send?.('ready');
}

process.once('disconnect', () => process.exit(0));
void serve();
