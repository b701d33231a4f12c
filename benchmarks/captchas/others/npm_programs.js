// Draws captchas with programs from npm: node npm_programs.js NODE_MODULES '{"kind", "count", "seed", "out"}'
// Math.random and crypto.randomBytes are replaced by a generator with a seed, so that each image can be drawn again.
// Prints a JSON list of {"file", "label"}.
'use strict'

const crypto = require('crypto')
const fs = require('fs')
const path = require('path')

const [modules, request] = process.argv.slice(2)
const { kind, count, seed, out } = JSON.parse(request)

let state = 0
function next () { // mulberry32
  state = (state + 0x6d2b79f5) | 0
  let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
  mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
  return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296
}
function start (text) {
  state = crypto.createHash('sha256').update(text).digest().readInt32LE(0)
}
Math.random = next
crypto.randomBytes = (size, done) => {
  const bytes = Buffer.from(Array.from({ length: size }, () => Math.floor(next() * 256)))
  return done ? done(null, bytes) : bytes
}

const load = (name) => require(path.join(modules, name))
const whole = (low, high) => low + Math.floor(next() * (high - low + 1))

function sum (program, low, high, operator, options) { // as its createMathExpr does, which does not tell the equation
  const { equation } = load(`${program}/lib/random`).mathExpr(low, high, operator)
  const draw = load(program)
  return [equation, (draw.createCaptcha || draw)(equation, options)]
}

function letters (program, options) {
  const { text, data } = load(program).create(options)
  return [text, data]
}

const kinds = {
  svg_text: () => letters('svg-captcha', {}),
  svg_text_colour: () => letters('svg-captcha', { size: whole(4, 6), noise: whole(2, 4), color: true, background: '#cc9966' }),
  svg_math: () => sum('svg-captcha', 1, 9, '+', {}),
  svg_math_pm_dark: () => sum('svg-captcha', 1, 30, '+-', { noise: 3, inverse: true, background: '#222244' }),
  ppfun_text: () => letters('ppfun-captcha', {}),
  ppfun_math: () => sum('ppfun-captcha', 1, 20, '+-', {}),
  captchapng_4: () => {
    const text = String(whole(1000, 9999))
    const image = new (load('captchapng'))(80, 30, Number(text))
    image.color(0, 0, 0, 0)
    image.color(80, 80, 80, 255)
    return [text, Buffer.from(image.getBase64(), 'base64'), 'png']
  },
  trek_gif: async () => {
    const { token, buffer } = await load('trek-captcha')()
    return [token, buffer, 'gif']
  }
}

async function main () {
  const drawn = []
  for (let index = 0; index < count; index++) {
    start(`${seed} ${kind} ${index}`)
    const [label, data, suffix] = await kinds[kind]()
    const file = `${index}.${suffix || 'svg'}`
    fs.writeFileSync(path.join(out, file), data)
    drawn.push({ file, label })
  }
  console.log(JSON.stringify(drawn))
}

main().catch((error) => { console.error(error); process.exit(1) })
