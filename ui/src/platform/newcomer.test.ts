import { expect, test } from "vitest";
import { inviteIn } from "./newcomer";

test("an invitation is found in the fragment of a link and nowhere else", () => {
  const token = "0123456789abcdef0123456789abcdef";
  for (const link of [`http://192.168.1.5:7420/s/abc#invite=${token}`, `#host=x&invite=${token}`, `#invite=${token}&x=1`]) expect(inviteIn(link)).toBe(token);
  for (const link of ["", "#", `http://a/s/b?invite=${token}`, "#invite=", "#invite=<script>", `#xinvite=${token}`]) expect(inviteIn(link)).toBe(null);
});
