/* application/problem+json (RFC 9457) as a typed error. Whatever goes wrong with a request ends up as a Problem: the
 * server's own words when it answered, a sentence of ours when it could not. */
import { pick, strings } from '@/shared/i18n'

interface Texts { zh: string, en: string }

export interface FieldError {
  pointer: string
  code: string
  detail: string
  texts: Texts | null
}

const t = strings(
  {
    offline: '没有网络，请检查手机信号后重试。',
    timeout: '网络太慢，服务器没有及时回应，请重试。',
    garbled: '服务器的回应无法识别，请稍后重试。',
    unauthorized: '登录已过期，请重新登录。',
    forbidden: '您没有办理此事的权限。',
    missing: '没有找到，可能已被删除或不在您的范围内。',
    conflict: '情况已经变化，请刷新后再试。',
    stale: '他人刚刚更新过，请刷新后再试。',
    invalid: '填写的内容有误，请修改后再提交。',
    tooLarge: '内容太大，请减少后再试。',
    limited: '操作太频繁，请稍等片刻再试。',
    busy: '服务器正忙，请稍后重试。',
    broken: '服务器出错了，请稍后重试。',
  },
  {
    offline: 'No network. Check your connection and try again.',
    timeout: 'The network is slow and the server did not answer in time. Please try again.',
    garbled: 'The answer could not be read. Please try again later.',
    unauthorized: 'Your session has expired. Please sign in again.',
    forbidden: 'You are not allowed to do this.',
    missing: 'Not found. It may have been removed or lie outside your area.',
    conflict: 'Things have changed meanwhile. Refresh and try again.',
    stale: 'Someone has just updated this. Refresh and try again.',
    invalid: 'Something you entered is not right. Please correct it.',
    tooLarge: 'This is too large. Please send less.',
    limited: 'Too many attempts. Please wait a moment.',
    busy: 'The server is busy. Please try again shortly.',
    broken: 'The server failed. Please try again later.',
  },
)

type Sentence = Parameters<typeof t>[0]

function sentenceFor(status: number): Sentence {
  switch (status) {
    case 401: return 'unauthorized'
    case 403: return 'forbidden'
    case 404: case 410: return 'missing'
    case 409: return 'conflict'
    case 412: return 'stale'
    case 413: return 'tooLarge'
    case 429: return 'limited'
    case 503: return 'busy'
    default: return status >= 500 ? 'broken' : 'invalid'
  }
}

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
    if (this.code === 'net.garbled') return t('garbled')
    if (this.texts) return pick(this.texts)
    return this.detail || this.title || t(sentenceFor(this.status))
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
