import { expect, test } from "vitest";
import { appLink } from "./app_link";

test("the app's link names the session and nothing that is secret", () => {
  expect(appLink("http://192.168.1.5:7420/s/k3f9x2ab")).toBe("lanvas://192.168.1.5:7420/s/k3f9x2ab");
  expect(appLink("http://nas:7421/s/k3f9x2ab#invite=secret")).toBe("lanvas://nas:7421/s/k3f9x2ab");
  expect(appLink("http://192.168.1.5:7420/s/k3f9x2ab?x=1#host=secret")).toBe("lanvas://192.168.1.5:7420/s/k3f9x2ab");
  for (const other of ["http://192.168.1.5:7420/", "https://192.168.1.5:7420/s/k3f9x2ab", "ftp://a/s/b", "javascript:alert(1)", ""]) expect(appLink(other)).toBeNull();
});
