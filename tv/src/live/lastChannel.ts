// The channel that was chosen last, so that the list has its focus there.
export const lastChannel = { slug: '' };
