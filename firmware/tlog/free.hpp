// Ownership of what a C library made: std::unique_ptr<X509, Free<X509_free>>.
#pragma once

namespace sealwarden::tlog {

template <auto free>
struct Free {
    template <class T>
    void operator()(T* thing) const {
        free(thing);
    }
};

}  // namespace sealwarden::tlog
