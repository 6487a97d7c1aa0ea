#pragma once
#include "accounts/seal.h"

#include <filesystem>
#include <vector>

namespace accounts {

/// Where the key that opens all others comes from: a text or a command of the operator's where one is given, otherwise
/// a file beside the data that is made at first use.
struct MasterKeySource {
    std::filesystem::path file; ///< must be readable by its owner alone
    std::string text = {};      ///< 64 hexadecimal digits or Base64
    std::string command = {};   ///< prints such a text; run without a shell, words split at spaces
    std::string old_text = {};  ///< the one before `text` or `command`, until everything is sealed under the new one
    bool is_file() const { return text.empty() && command.empty(); }
};

/// The keys to try, the one that seals first. InvalidInput where a text is no key, Forbidden where others may read the
/// file.
std::vector<Key> load_master_keys(MasterKeySource const& source);

/// A change of the file's key that may be interrupted anywhere: the new one lies beside the old one until everything
/// is sealed under it.
Key prepare_new_master_key(MasterKeySource const& source);
void adopt_new_master_key(MasterKeySource const& source);

} // namespace accounts
