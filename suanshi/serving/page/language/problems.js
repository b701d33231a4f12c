// 识别器用英文说明没有值、没有文字的原因；这里是它们的中文。

const FIXED = {
  "no text found": "没有找到文字",
  "no line found": "没有找到文字行",
  "neither an equation nor a text of letters and digits": "既不是算式，也不是字母和数字",
  "not an equation": "不是算式",
  "not a text of letters and digits": "不是字母和数字",
  "no text of the alphabet and length told": "没有符合所给字符和字符数的文字",
  "division by zero": "除数为零",
  "the two sides differ": "等号两边不相等",
  "more than one number fits": "有多个数都满足",
  "no number fits": "没有数满足",
  "empty": "没有文字",
  "too long": "太长",
  "nested too deeply": "括号嵌套过深",
  "value too large": "值过大",
  "unbalanced parenthesis": "括号不配对",
  "number expected at the end": "末尾缺少一个数",
  "right side expected at the end": "末尾缺少等号右边",
  "no expression after the assignments": "赋值之后没有算式",
};

const SHAPED = [
  [/^unknown variable (.+)$/, (name) => `变量 ${name} 没有赋值`],
  [/^variable (.+) assigned twice$/, (name) => `变量 ${name} 重复赋值`],
  [/^number expected at character (\d+)$/, (place) => `第 ${place} 个字符处应为一个数`],
  [/^operator expected at character (\d+)$/, (place) => `第 ${place} 个字符处应为运算符`],
  [/^assignment expected at character (\d+)$/, (place) => `第 ${place} 个字符处应为赋值`],
  [/^unexpected (.+) at character (\d+)$/, (char, place) => `第 ${place} 个字符 ${char} 不应出现在这里`],
];

/** Return a problem in Chinese; one that is not known stays as it is. */
export function problems(problem) {
  if (problem in FIXED) return FIXED[problem];
  for (const [shape, words] of SHAPED) {
    const found = problem.match(shape);
    if (found) return words(...found.slice(1));
  }
  return problem;
}
