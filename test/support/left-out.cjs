/** What stands in the place of a module that the programs are built without (`scripts/build/leave-out.mjs`). */
module.exports = {};
