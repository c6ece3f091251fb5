/* application/problem+json (RFC 9457) as a typed error. Whatever goes wrong with a request ends up as a Problem: the
 * server's own words when it answered, a sentence of ours when it could not. */
import { pick, strings } from '@/shared/i18n'

export interface Texts { zh: string, en: string }

export interface FieldError {
  pointer: string
  code: string
  detail: string
  texts: Texts | null
}

/* The server words its own problems in both languages; these are for answers that never came or came from a proxy. */
const t = strings(
  {
    offline: '没有网络，请检查手机信号后重试。',
    timeout: '网络太慢，服务器没有及时回应，请重试。',
    refused: '没有办成，请刷新后再试。',
    broken: '服务器暂时不可用，请稍后重试。',
  },
  {
    offline: 'No network. Check your connection and try again.',
    timeout: 'The network is slow and the server did not answer in time. Please try again.',
    refused: 'This did not work. Refresh and try again.',
    broken: 'The server is not available at the moment. Please try again later.',
  },
)

export class Problem extends Error {
  /** HTTP status; 0 when there was no answer. */
  readonly status: number
  /** `module.what-is-wrong`, or net.offline, net.timeout, net.garbled. */
  readonly code: string
  readonly title: string
  readonly detail: string
  readonly texts: Texts | null
  readonly fields: readonly FieldError[]
  readonly retryAfterMs: number | null

  constructor(is: { status: number, code: string, title?: string, detail?: string, texts?: Texts | null, fields?: readonly FieldError[], retryAfterMs?: number | null }) {
    super(`${is.status} ${is.code}`)
    this.name = 'Problem'
    this.status = is.status
    this.code = is.code
    this.title = is.title ?? ''
    this.detail = is.detail ?? ''
    this.texts = is.texts ?? null
    this.fields = is.fields ?? []
    this.retryAfterMs = is.retryAfterMs ?? null
  }

  /** One sentence for a person, in the language of the page. */
  get sentence(): string {
    if (this.code === 'net.offline') return t('offline')
    if (this.code === 'net.timeout') return t('timeout')
    if (this.texts) return pick(this.texts)
    return this.detail || this.title || t(this.status === 0 || this.status >= 500 ? 'broken' : 'refused')
  }

  /** The sentence in both languages, for keeping. */
  get inBoth(): Texts {
    if (this.texts) return this.texts
    return { zh: this.sentence, en: this.sentence }
  }

  /** The server's words about one field: `field('phone')` matches the pointer /phone. */
  field(name: string): string | undefined {
    const pointer = name.startsWith('/') ? name : `/${name}`
    const found = this.fields.find((f) => f.pointer === pointer || f.pointer.startsWith(`${pointer}/`))
    return found && (found.texts ? pick(found.texts) : found.detail)
  }

  /** Worth sending again unchanged: no answer, told to wait, or the server's own trouble. */
  get passing(): boolean {
    return this.status === 0 || this.status === 408 || this.status === 425 || this.status === 429 || this.status >= 500
  }
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

const text = (value: unknown): string => (typeof value === 'string' ? value : '')

function textsOf(value: unknown): Texts | null {
  if (!isRecord(value)) return null
  const zh = text(value['zh'])
  return zh ? { zh, en: text(value['en']) } : null
}

function fieldsOf(value: unknown): FieldError[] {
  if (!Array.isArray(value)) return []
  return value.filter(isRecord).map((e) => ({ pointer: text(e['pointer']), code: text(e['code']), detail: text(e['detail']), texts: textsOf(e['texts']) }))
}

export function problemFrom(response: Response, body: unknown): Problem {
  const wait = Number(response.headers.get('Retry-After'))
  const retryAfterMs = Number.isFinite(wait) && wait > 0 ? wait * 1000 : null
  if (!isRecord(body)) return new Problem({ status: response.status, code: `http.${response.status}`, retryAfterMs })
  return new Problem({
    status: response.status,
    code: text(body['code']) || `http.${response.status}`,
    title: text(body['title']),
    detail: text(body['detail']),
    texts: textsOf(body['texts']),
    fields: fieldsOf(body['errors']),
    retryAfterMs,
  })
}

/** Anything thrown while asking → Problem. */
export function asProblem(error: unknown): Problem {
  if (error instanceof Problem) return error
  if (error instanceof DOMException && (error.name === 'TimeoutError' || error.name === 'AbortError')) {
    return new Problem({ status: 0, code: 'net.timeout' })
  }
  if (error instanceof SyntaxError) return new Problem({ status: 0, code: 'net.garbled' })
  return new Problem({ status: 0, code: 'net.offline' })
}
