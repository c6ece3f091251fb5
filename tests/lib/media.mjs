/* Voice notes and videos for tests: containers as phones and browsers write them, filled with noise instead of sound. Every call
 * gives other bytes, hence another SHA-256. */
import { randomBytes } from 'node:crypto'

function box(type, ...parts) {
  const body = Buffer.concat(parts.map((p) => Buffer.from(p)))
  const head = Buffer.alloc(8)
  head.writeUInt32BE(body.length + 8)
  head.write(type, 4, 'latin1')
  return Buffer.concat([head, body])
}

function track(handler, width = 0, height = 0) {
  const head = Buffer.alloc(84)
  head.writeUInt32BE(width * 65536, 76)
  head.writeUInt32BE(height * 65536, 80)
  const named = Buffer.alloc(24)
  named.write(handler, 8, 'latin1')
  return box('trak', box('tkhd', head), box('mdia', box('hdlr', named), box('minf', box('stbl', Buffer.alloc(16)))))
}

/** An MP4 as a phone's camera or recorder makes it. */
export function mp4({ bytes = 4000, video = true, brand = video ? 'isom' : 'M4A ', width = 640, height = 480 } = {}) {
  const tracks = video ? [track('vide', width, height), track('soun')] : [track('soun')]
  return Buffer.concat([box('ftyp', brand, Buffer.alloc(4), brand), box('moov', box('mvhd', Buffer.alloc(100)), ...tracks),
    box('mdat', randomBytes(bytes))])
}

function element(id, body) {
  const size = Buffer.alloc(4)
  size.writeUInt32BE(0x10000000 + body.length)
  return Buffer.concat([Buffer.from(id, 'hex'), size, body])
}
const endless = (id) => Buffer.concat([Buffer.from(id, 'hex'), Buffer.from('01ffffffffffffff', 'hex')])

/** A WebM as MediaRecorder makes it: segment and clusters without a length. */
export function webm({ bytes = 4000, video = false } = {}) {
  const parts = [element('83', Buffer.from([video ? 1 : 2])), element('86', Buffer.from(video ? 'V_VP8' : 'A_OPUS'))]
  if (video) parts.push(element('e0', Buffer.concat([element('b0', Buffer.from([2, 128])), element('ba', Buffer.from([1, 224]))])))
  const block = element('a3', Buffer.concat([Buffer.from([0x81, 0, 0, 0x80]), randomBytes(bytes)]))
  return Buffer.concat([element('1a45dfa3', element('4282', Buffer.from('webm'))), endless('18538067'),
    element('1654ae6b', element('ae', Buffer.concat(parts))), endless('1f43b675'), element('e7', Buffer.from([0])), block])
}

/** An AMR recording: `seconds` of 12.2 kbit/s frames. */
export function amr({ seconds = 2 } = {}) {
  const frames = Array.from({ length: seconds * 50 }, () => Buffer.concat([Buffer.from([0x3c]), randomBytes(31)]))
  return Buffer.concat([Buffer.from('#!AMR\n'), ...frames])
}

export function ogg() {
  const page = (flags, body) => Buffer.concat([Buffer.from('OggS\0'), Buffer.from([flags]), Buffer.alloc(20), Buffer.from([1, body.length]), body])
  return Buffer.concat([page(2, Buffer.from('OpusHead\x01\x01\0\0\x80\xbb\0\0\0\0\0', 'latin1')), page(0, randomBytes(200)), page(4, randomBytes(200))])
}

export function mp3() {
  const frame = () => Buffer.concat([Buffer.from('fffb9000', 'hex'), randomBytes(413)])
  return Buffer.concat(Array.from({ length: 10 }, frame))
}

export function wav({ bytes = 1600 } = {}) {
  const head = Buffer.alloc(44)
  head.write('RIFF', 0)
  head.writeUInt32LE(36 + bytes, 4)
  head.write('WAVEfmt ', 8)
  head.writeUInt32LE(16, 16)
  head.writeUInt16LE(1, 20)
  head.writeUInt16LE(1, 22)
  head.writeUInt32LE(16000, 24)
  head.writeUInt32LE(32000, 28)
  head.writeUInt16LE(2, 32)
  head.writeUInt16LE(16, 34)
  head.write('data', 36)
  head.writeUInt32LE(bytes, 40)
  return Buffer.concat([head, randomBytes(bytes)])
}
