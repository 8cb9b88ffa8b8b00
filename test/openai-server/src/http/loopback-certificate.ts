/**
 * A self-signed certificate for loopback, of tests only: the Realtime classes of `openai` connect by TLS and nothing
 * else. It proves nothing to anybody; a client has to trust it explicitly (`ca`).
 */
export const LOOPBACK_CERTIFICATE: { readonly key: string; readonly cert: string } = {
  key: `-----BEGIN PRIVATE KEY-----
MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQg6SETP08Ut9Kyl1to
Iq78GH/j+WnDH1OpHzTtmrkLV/ihRANCAAQCj1OPhHl6agMDFckV0jv+E4u6hVRX
XWWVQ1HFhfd4l8pvTLtAHPCqX9dsXkEDQs+K0YmxtufC0Sm+7nphBLzQ
-----END PRIVATE KEY-----
`,
  cert: `-----BEGIN CERTIFICATE-----
MIIBnDCCAUGgAwIBAgIUIw/IgYmtXLyDVVlbxazJGc7IlvUwCgYIKoZIzj0EAwIw
FDESMBAGA1UEAwwJbG9jYWxob3N0MCAXDTI2MTEyODE4NTczN1oYDzIxMjYxMTA0
MTg1NzM3WjAUMRIwEAYDVQQDDAlsb2NhbGhvc3QwWTATBgcqhkjOPQIBBggqhkjO
PQMBBwNCAAQCj1OPhHl6agMDFckV0jv+E4u6hVRXXWWVQ1HFhfd4l8pvTLtAHPCq
X9dsXkEDQs+K0YmxtufC0Sm+7nphBLzQo28wbTAdBgNVHQ4EFgQUdfr+BXsVRK3T
AMZ3bVAEBc1nUX0wHwYDVR0jBBgwFoAUdfr+BXsVRK3TAMZ3bVAEBc1nUX0wDwYD
VR0TAQH/BAUwAwEB/zAaBgNVHREEEzARgglsb2NhbGhvc3SHBH8AAAEwCgYIKoZI
zj0EAwIDSQAwRgIhALi1RIJw/ksjEsg8ZUylo593dUIeVUv92AHHlsFU5chtAiEA
n07tZ4J3pw/Zckppw65H6aGApRTJuq6hQfqStxXwOI4=
-----END CERTIFICATE-----
`,
};
