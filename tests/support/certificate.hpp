// A certificate that signed itself.
#pragma once

namespace sealwarden::test {

// `openssl req -x509`; its key is nowhere.
inline constexpr auto certificate_pem = R"(-----BEGIN CERTIFICATE-----
MIIBdzCCAR2gAwIBAgIUcAvvvT2CEr/xvaoghMKGqcnf8O4wCgYIKoZIzj0EAwIw
EDEOMAwGA1UEAwwFdGVzdHMwIBcNMjYxMTI0MjExNDA3WhgPMjA4MTA4MjcyMTE0
MDdaMBAxDjAMBgNVBAMMBXRlc3RzMFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAE
gftB+HW/Vab3OXsgvs4LZx/6mZ8Yj8L6jm4K6rjWKUMivzqzLjsFZ2toogw4u16e
YqfYmnJF7Bd++PkDGoHG6KNTMFEwHQYDVR0OBBYEFIjx3egAulITv28j2/kHjvsP
3S+zMB8GA1UdIwQYMBaAFIjx3egAulITv28j2/kHjvsP3S+zMA8GA1UdEwEB/wQF
MAMBAf8wCgYIKoZIzj0EAwIDSAAwRQIgeOWMrw5zj/X9H04JPqpsaW6elEnX9FrV
OrOg4+xSO/oCIQDmkkhIlDwsiskfiyDuXMgynl0t/1+fTh9P/I7x/To0cQ==
-----END CERTIFICATE-----
)";

}  // namespace sealwarden::test
