/** Why a protected title does not play, English. */
export default {
  other_device: 'This title is open on another device.',
  'other_device.remedy': 'Close it there, then open it here again.',
  proof_required: 'This title plays only in browsers that can prove which device they run on.',
  'proof_required.remedy':
    'Open it in a current Chrome, Edge, Firefox or Safari, at an address that begins with https.',
  proof_refused: 'The server could not verify that this device started playback.',
  'proof_refused.remedy': 'Check the date and time of this device, then open the title again.',
  device_security: 'This device doesn’t protect this title well enough.',
  'device_security.remedy': 'Open it in another browser or on another device, such as a television or phone.',
};
