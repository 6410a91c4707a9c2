/* Data and actions of the status page. index.html displays them with Alpine.js. */
const REFRESH_MS = 1000;
const SHOWN_REQUESTS = 50;

async function control(path, options) {
	const response = await fetch(`/__sandbox${path}`, options);
	const body = await response.json();
	if (!response.ok) throw new Error(body.message);
	return body;
}

const post = (path, body = {}) => control(path, { method: 'POST', body: JSON.stringify(body) });

const timeOf = (ms) => new Date(ms).toLocaleTimeString();

document.addEventListener('alpine:init', () => {
	window.Alpine.data('sandbox', () => ({
		state: { credits: 0, clock: { offsetSeconds: 0, frozenAt: null }, jobs: [], callbacks: [] },
		requests: [],
		prompts: [],
		message: '',
		/** The uuid of the video that plays. */
		playing: '',

		async init() {
			this.prompts = (await control('/magic-prompts')).prompts;
			await this.refresh();
			setInterval(() => this.refresh(), REFRESH_MS);
		},

		async refresh() {
			try {
				const [state, { requests }] = await Promise.all([control('/state'), control('/journal')]);
				this.state = { ...state, jobs: state.jobs.reverse() };
				this.requests = requests.slice(-SHOWN_REQUESTS).reverse();
			} catch (error) {
				this.message = `The sandbox doesn't respond: ${error.message}`;
			}
		},

		/** Runs an action of the control API and displays its result. */
		async act(action) {
			try {
				const text = await action();
				this.message = typeof text === 'string' ? text : '';
				await this.refresh();
			} catch (error) {
				this.message = error.message;
			}
		},

		advance(seconds) {
			return this.act(() => post('/clock/advance', { seconds }));
		},

		toggleClock() {
			return this.act(() => post(this.state.clock.frozenAt ? '/clock/resume' : '/clock/freeze'));
		},

		sendCallback(uuid) {
			return this.act(async () => {
				const { callback } = await post(`/jobs/${uuid}/callback`);
				return `Callback to ${callback.url}: ${callback.status ?? callback.response}`;
			});
		},

		play(uuid) {
			this.playing = this.playing === uuid ? '' : uuid;
		},

		get clockText() {
			const { frozenAt, offsetSeconds } = this.state.clock;
			if (frozenAt) return `stopped at ${timeOf(Date.parse(frozenAt))}`;
			const seconds = Math.round(offsetSeconds);
			if (seconds === 0) return 'real time';
			return seconds > 0 ? `${seconds} s ahead` : `${-seconds} s behind`;
		},

		timeOf,
	}));
});
