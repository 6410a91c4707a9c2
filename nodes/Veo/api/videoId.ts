/**
 * Says what is wrong with a video id before it is sent. The API calls its ids uuids without fixing
 * their form, so anything goes that can be one path segment; what an expression leaves when it
 * finds nothing does not.
 * @returns undefined where the id may be one, else what is wrong with it, as the end of a sentence
 */
export function videoIdFlaw(id: string): string | undefined {
	if (id === '') return 'is empty';
	if (['undefined', 'null', 'NaN', '[object Object]'].includes(id)) {
		return `is "${id}", which is what an expression gives when it finds nothing`;
	}
	if (/^https?:/i.test(id)) return 'is a URL, not an ID';
	if (id.length > 128) return 'is longer than any ID';
	// no letter or digit: "..", "-" and the like, the first of which would also leave the path
	if (!/^[\w.:-]+$/.test(id) || !/[a-z0-9]/i.test(id)) {
		return 'has characters that no ID has';
	}
	return undefined;
}
