// Does what it is asked with fhir-kit-client: a line of JSON comes in, [method, ...arguments], and one goes out.
import { createInterface } from "node:readline";
import { Client } from "fhir-kit-client";

const client = new Client({ baseUrl: process.argv[2] });

async function answer([method, ...given]) {
  try {
    const came = await client[method](...given);
    const response = came === undefined ? undefined : Client.httpFor(came).response;
    return { came: came ?? null, status: response?.status ?? null, headers: Object.fromEntries(response?.headers ?? []) };
  } catch (error) {
    if (error.response === undefined) throw error;
    return { refused: error.response.data, status: error.response.status };
  }
}

for await (const line of createInterface({ input: process.stdin })) {
  console.log(JSON.stringify(await answer(JSON.parse(line))));
}
