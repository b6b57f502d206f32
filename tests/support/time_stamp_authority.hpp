// A time-stamp authority (RFC 3161) that nobody here wrote: `openssl ts`, with a root and a signer
// made for the test.
#pragma once

#include <cstdint>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <stdexcept>
#include <string>

#include "tests/support/temporary_directory.hpp"

namespace sealwarden::test {

class TimeStampAuthority {
  public:
    // `days`: how long its signer's certificate is valid from now on; below zero: it expired.
    explicit TimeStampAuthority(int days = 30) {
        write("tsa.cnf",
              "[req]\ndistinguished_name=dn\n[dn]\n[ca]\nbasicConstraints=critical,CA:true\n"
              "[tsa]\nextendedKeyUsage=critical,timeStamping\n"
              "[t]\nserial=serial\ncrypto_device=builtin\nsigner_digest=sha256\n"
              "default_policy=1.2.3.4\ndigests=sha256\naccuracy=secs:1\ness_cert_id_alg=sha256\n"
              "[strict]\nserial=serial\ncrypto_device=builtin\nsigner_digest=sha256\n"
              "default_policy=1.2.3.4\ndigests=sha512\ness_cert_id_alg=sha256\n");
        write("serial", "01\n");
        const std::string curve = "ec -pkeyopt ec_paramgen_curve:P-256 -nodes -config tsa.cnf ";
        run("req -x509 -extensions ca -days 4000 -subj /CN=root -keyout root.key -out root.pem "
            "-newkey " +
            curve);
        run("req -subj /CN=signer -keyout signer.key -out signer.csr -newkey " + curve);
        run("x509 -req -in signer.csr -CA root.pem -CAkey root.key -CAcreateserial -extfile "
            "tsa.cnf "
            "-extensions tsa -out signer.pem -days " +
            std::to_string(days));
    }

    // What it answers to a TimeStampReq.
    [[nodiscard]] std::string reply(const std::string& request) { return answer(request, "t"); }
    // The same when it takes nothing but SHA-512: the reply has status "rejection".
    [[nodiscard]] std::string rejection(const std::string& request) {
        return answer(request, "strict");
    }
    [[nodiscard]] std::filesystem::path certificates() const { return path("root.pem"); }
    [[nodiscard]] std::filesystem::path signer() const { return path("signer.pem"); }
    [[nodiscard]] std::string root_pem() const { return read("root.pem"); }
    // DER, of which the sheet names the SHA-256.
    [[nodiscard]] std::string root_der() {
        run("x509 -in root.pem -outform DER -out root.der");
        return read("root.der");
    }

  private:
    [[nodiscard]] std::filesystem::path path(const std::string& name) const {
        return directory_.path() / name;
    }
    [[nodiscard]] std::string answer(const std::string& request, const std::string& section) {
        write("query", request);
        run("ts -reply -queryfile query -config tsa.cnf -signer signer.pem -inkey signer.key "
            "-out reply -section " +
            section);
        return read("reply");
    }
    void run(const std::string& command) const {
        const auto line =
            "cd " + directory_.path().string() + " && openssl " + command + " >said 2>&1";
        if (std::system(line.c_str()) != 0) {
            throw std::runtime_error{"openssl " + command + ": " + read("said")};
        }
    }
    void write(const std::string& name, const std::string& bytes) const {
        std::ofstream{path(name), std::ios::binary} << bytes;
    }
    [[nodiscard]] std::string read(const std::string& name) const {
        std::ifstream in{path(name), std::ios::binary};
        return {std::istreambuf_iterator<char>{in}, {}};
    }

    TemporaryDirectory directory_;
};

}  // namespace sealwarden::test
