import { h, put } from "kanryu/dom"; export async function show(root){ put(root, h("h1","…")); }
