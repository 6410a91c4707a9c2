import type { ParameterReader } from '../parameters/parameterReader';

/** The option 'Video Register'. */
export interface RegisterOption {
	table: string;
	/** 0 for never. */
	reuseMs: number;
	/** 0 for no limit. */
	maxPerDay: number;
}

const HOUR_MS = 3600 * 1000;
/** Ten years: a longer time is certainly a mistake. */
const MAX_HOURS = 10 * 365 * 24;

/**
 * @param parameters - of the first item, whose settings apply to all
 * @returns undefined if the option isn't set
 * @throws NodeOperationError if a setting is invalid
 */
export function readRegisterOption(parameters: ParameterReader): RegisterOption | undefined {
	const option = parameters.value('options.register', null);
	if (typeof option !== 'object' || option === null) return undefined;
	const settings = 'options.register.settings';
	const hours = parameters.number(`${settings}.reuseHours`, {
		label: 'Reuse Within (Hours)',
		fallback: 0,
		min: 0,
		max: MAX_HOURS,
		unit: 'hours',
	});
	const maxPerDay = parameters.number(`${settings}.maxPerDay`, {
		label: 'Max Videos per Day',
		fallback: 0,
		min: 0,
		unit: 'videos',
	});
	const table = parameters.text(`${settings}.table`, 'Table', 'veo_videos').trim();
	return {
		table: table === '' ? 'veo_videos' : table,
		reuseMs: hours * HOUR_MS,
		maxPerDay: Math.floor(maxPerDay),
	};
}
