// 服务器用英文说明图片为什么不能识别；这里是其中常见的几种的中文。

const SHAPED = [
  [/^is not an image of a known format/, () => "不是图片，或格式不受支持"],
  [/^is empty/, () => "文件是空的"],
  [/file is truncated/, () => "文件不完整，后面的部分缺失"],
  [/file is damaged|cannot be decoded|file without a header/, () => "文件已损坏"],
  [/^has no pixels/, () => "没有像素"],
  [/^(\d+)x(\d+) pixels are too many; the limit is (.+)$/, (width, height) => `像素太多（${width} × ${height}）`],
  [/^too many pixels/, () => "像素太多"],
  [/^is larger than (\d+) MB/, (megabytes) => `文件超过上限 ${megabytes} MB`],
  [/^is an SVG; install/, () => "SVG 图片需要服务器安装 suanshi[svg]"],
];

/** Return in Chinese why a picture cannot be read; a reason that is not known stays as it is. */
export function details(detail) {
  for (const [shape, words] of SHAPED) {
    const found = detail.match(shape);
    if (found) return words(...found.slice(1));
  }
  return detail;
}
