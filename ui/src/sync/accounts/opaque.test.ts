/** RFC 9807, appendix C.1.1: real test vector 1 (ristretto255-SHA512, identity as stretching). */
import { ristretto255_oprf } from "@noble/curves/ed25519.js";
import { bytesToHex, hexToBytes } from "@noble/hashes/utils.js";
import { describe, expect, it } from "vitest";
import { challenge, finishRegister, prove, register, WrongPassword } from "./opaque";

const VECTOR = {
  context: "4f50415155452d504f43",
  password: "436f7272656374486f72736542617474657279537461706c65",
  envelopeNonce: "ac13171b2f17bc2c74997f0fce1e1f35bec6b91fe2e12dbd323d23ba7a38dfec",
  clientShareSeed: "82850a697b42a505f5b68fcdafce8c31f0af2b581f063cf1091933541936304b",
  blindRegistration: "76cfbfe758db884bebb33582331ba9f159720ca8784a2a070a265d9c2d6abe01",
  blindLogin: "6ecc102d2e7a7cf49617aad7bbe188556792d4acd60a1a8a8d2b65d4b0790308",
  oprfKey: "5d4c6a8b7c7138182afb4345d1fae6a9f18a1744afbcc3854f8f5a2b4b4c6d05",
  request: "5059ff249eb1551b7ce4991f3336205bde44a105a032e747d21bf382e75f7a71",
  response:
    "7408a268083e03abc7097fc05b587834539065e86fb0c7b6342fcf5e01e5b019" +
    "b2fe7af9f48cc502d016729d2fe25cdd433f2c4bc904660b2a382c9b79df1a78",
  upload:
    "76a845464c68a5d2f7e442436bb1424953b17d3e2e289ccbaccafb57ac5c36751ac5844383c7708077dea41cbefe2fa1" +
    "5724f449e535dd7dd562e66f5ecfb95864eadddec9db5874959905117dad40a4524111849799281fefe3c51fa82785c5" +
    "ac13171b2f17bc2c74997f0fce1e1f35bec6b91fe2e12dbd323d23ba7a38dfec634b0f5b96109c198a8027da51854c35" +
    "bee90d1e1c781806d07d49b76de6a28b8d9e9b6c93b9f8b64d16dddd9c5bfb5fea48ee8fd2f75012a8b308605cdd8ba5",
  ke1:
    "c4dedb0ba6ed5d965d6f250fbe554cd45cba5dfcce3ce836e4aee778aa3cd44dda7e07376d6d6f034cfa9bb537d11b8c" +
    "6b4238c334333d1f0aebb380cae6a6cc6e29bee50701498605b2c085d7b241ca15ba5c32027dd21ba420b94ce60da326",
  ke2:
    "7e308140890bcde30cbcea28b01ea1ecfbd077cff62c4def8efa075aabcbb47138fe59af0df2c79f57b8780278f5ae47" +
    "355fe1f817119041951c80f612fdfc6dd6ec60bcdb26dc455ddf3e718f1020490c192d70dfc7e403981179d8073d1146" +
    "a4f9aa1ced4e4cd984c657eb3b54ced3848326f70331953d91b02535af44d9fedc80188ca46743c52786e0382f95ad85" +
    "c08f6afcd1ccfbff95e2bdeb015b166c6b20b92f832cc6df01e0b86a7efd92c1c804ff865781fa93f2f20b446c8371b6" +
    "71cd9960ecef2fe0d0f7494986fa3d8b2bb01963537e60efb13981e138e3d4a1c4f62198a9d6fa9170c42c3c71f1971b" +
    "29eb1d5d0bd733e40816c91f7912cc4a660c48dae03e57aaa38f3d0cffcfc21852ebc8b405d15bd6744945ba1a93438a" +
    "162b6111699d98a16bb55b7bdddfe0fc5608b23da246e7bd73b47369169c5c90",
  ke3:
    "4455df4f810ac31a6748835888564b536e6da5d9944dfea9e34defb9575fe5e2661ef61d2ae3929bcf57e53d464113d3" +
    "64365eb7d1a57b629707ca48da18e442",
};

const of = (name: keyof typeof VECTOR): Uint8Array => hexToBytes(VECTOR[name]);
const plain = (input: Uint8Array): Promise<Uint8Array> => Promise.resolve(input);
const random = (length: number): Uint8Array => crypto.getRandomValues(new Uint8Array(length));
const share = ristretto255_oprf.oprf.deriveKeyPair(of("clientShareSeed"), new TextEncoder().encode("OPAQUE-DeriveDiffieHellmanKeyPair"));
const begun = { message: of("ke1"), blind: of("blindLogin"), secret: share.secretKey };

describe("the client's half of OPAQUE", () => {
  it("makes the record that the RFC's vector has", async () => {
    const half = { message: of("request"), blind: of("blindRegistration") };
    const record = await finishRegister(half, of("password"), of("response"), plain, () => of("envelopeNonce"));
    expect(bytesToHex(record)).toBe(VECTOR.upload);
  });

  it("makes the proof that the RFC's vector has", async () => {
    expect(bytesToHex(await prove(begun, of("password"), of("ke2"), plain, of("context")))).toBe(VECTOR.ke3);
  });

  it("proves nothing by another password, in another context, or of an answer that was changed", async () => {
    const other = new TextEncoder().encode("incorrect horse");
    const changed = of("ke2");
    changed[319] = (changed[319] ?? 0) ^ 1;
    await expect(prove(begun, other, of("ke2"), plain, of("context"))).rejects.toThrow(WrongPassword);
    await expect(prove(begun, of("password"), of("ke2"), plain)).rejects.toThrow(WrongPassword);
    await expect(prove(begun, of("password"), changed, plain, of("context"))).rejects.toThrow(WrongPassword);
    await expect(prove(begun, of("password"), of("ke2").subarray(1), plain)).rejects.toThrow();
  });

  it("blinds each time anew, and what the hub does to it comes out the same", () => {
    const [one, two] = [register(of("password")), challenge(of("password"), random)];
    const { oprf } = ristretto255_oprf;
    const finished = [one, two].map(({ message, blind }) => {
      const evaluated = oprf.blindEvaluate(of("oprfKey"), message.subarray(0, 32));
      return bytesToHex(oprf.finalize(of("password"), blind, evaluated));
    });
    expect(one.message).toHaveLength(32);
    expect(two.message).toHaveLength(96);
    expect(bytesToHex(one.message)).not.toBe(bytesToHex(two.message.subarray(0, 32)));
    expect(finished[0]).toBe(finished[1]);
  });
});
