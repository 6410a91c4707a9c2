import { type Static, Type } from 'typebox';

import { ASPECT_RATIOS, CLOSED, GenerationType } from './contract';
import { SettingsSchema } from './controlContract';
import { FaultRuleSchema } from './faultContract';
import { endOf } from './jobs';
import type { SandboxState } from './state';

const Text = Type.String();
const Count = Type.Integer({ minimum: 0 });
/** Epoch milliseconds. */
const Time = Type.Number();

const SavedJobSchema = Type.Object(
	{
		uuid: Text,
		generationType: GenerationType,
		prompt: Text,
		aspectRatio: Type.Enum(ASPECT_RATIOS),
		imageUrl: Type.Optional(Text),
		imageKey: Type.Optional(Text),
		additionalFields: Type.Record(Text, Type.Unknown()),
		createdAt: Time,
		durationMs: Type.Number({ minimum: 0 }),
		failReason: Type.Union([Text, Type.Null()]),
		pollCount: Count,
		completedPollCount: Count,
	},
	CLOSED,
);

const SavedImageSchema = Type.Object(
	{
		imageKey: Text,
		contentType: Type.Enum(['image/jpeg', 'image/png', 'image/webp']),
		fileName: Text,
		base64: Text,
	},
	CLOSED,
);

/** A saved state. It doesn't contain the journal, which records what really happened. */
export const SnapshotSchema = Type.Object(
	{
		version: Type.Literal(1),
		clock: Type.Object({ now: Time, isFrozen: Type.Boolean() }, CLOSED),
		settings: Type.Object(SettingsSchema.properties, CLOSED),
		faults: Type.Array(FaultRuleSchema),
		jobs: Type.Array(SavedJobSchema),
		images: Type.Array(SavedImageSchema),
	},
	CLOSED,
);
export type Snapshot = Static<typeof SnapshotSchema>;

export function saveSnapshot(state: SandboxState): Snapshot {
	return {
		version: 1,
		clock: { now: state.clock.now(), isFrozen: state.clock.isFrozen },
		settings: { ...state.settings },
		faults: state.faults.pending(),
		jobs: state.jobs.all(),
		images: state.uploads.save(),
	};
}

/** The clock continues at the time of the snapshot, so that a job continues where it was. */
export function restoreSnapshot(state: SandboxState, snapshot: Snapshot): void {
	const { clock, settings, faults, jobs, images } = snapshot;
	state.callbacks.clear();
	state.faults.clear();
	state.magicFaults.clear();
	state.rateLimiter.clear();
	state.jobs.clear();
	state.uploads.clear();

	state.clock.set(clock.now, clock.isFrozen);
	state.settings = settings;
	state.faults.add(faults);
	for (const image of images) state.uploads.restore(image);
	for (const job of jobs) {
		state.jobs.add(job);
		if (endOf(job) > clock.now) state.callbacks.schedule(job);
	}
}
