/** Why a protected title does not play, German. */
export default {
  other_device: 'Dieser Titel ist auf einem anderen Gerät geöffnet.',
  'other_device.remedy': 'Schließ ihn dort, und öffne ihn dann hier noch einmal.',
  proof_required: 'Dieser Titel läuft nur in Browsern, die ihr Gerät nachweisen können.',
  'proof_required.remedy':
    'Öffne ihn in einem aktuellen Chrome, Edge, Firefox oder Safari, unter einer Adresse, die mit https beginnt.',
  proof_refused: 'Der Server konnte nicht prüfen, ob dieses Gerät die Wiedergabe begonnen hat.',
  'proof_refused.remedy': 'Prüfe Datum und Uhrzeit des Geräts, und öffne den Titel dann noch einmal.',
  device_security: 'Dieses Gerät schützt diesen Titel nicht gut genug.',
  'device_security.remedy':
    'Öffne ihn in einem anderen Browser oder auf einem anderen Gerät, etwa einem Fernseher oder Telefon.',
};
