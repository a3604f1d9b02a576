// Somebody's module, which knows of Node's file system only.

"use strict";

const { readFile } = require("fs/promises");

module.exports = (file) => readFile(file, "utf8");
