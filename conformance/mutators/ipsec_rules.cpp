#include "conformance/mutators/ipsec_rules.h"

#include "conformance/mutators/text_lines.h"

namespace touchstone::conformance::mutators {

namespace {

using enum IpsecFile;

// Two tabs: inside a proposal; one: of a remote or a sainfo.
constexpr IpsecRule rows[] = {
    // The text of racoon.conf
    {racoon, "RF-07", "RC-SYNTAX", "an unknown word in a remote", "\tnonce_size",
     "\tnonce_size;|\tnonce 16;|\tnonce_size 16|\tfoo bar;"},
    {racoon, "RF-07", "RC-SYNTAX", "a word in capitals", "log ",
     "LOG info;|log Info;|log trace;|log info debug;|log;"},
    {racoon, "RF-07", "RC-SYNTAX", "a hexadecimal number", "\tdpd_delay",
     "\tdpd_delay 0x10;|\tdpd_delay 10 sec;|\tdpd_delay on;"},
    {racoon, "RF-07", "RC-SYNTAX", "a word without its ;", "\tproposal_check",
     "\tproposal_check obey|\tproposal_check maybe;|\tproposal_check;"},
    {racoon, "RF-07", "RC-SYNTAX", "a life time in days", "\tlifetime",
     "\tlifetime time 1 day;|\tlifetime time 10;|\tlifetime time -1 sec;|\tlifetime 10 sec;"},
    {racoon, "RF-07", "RC-END", "a bracket that nobody closes", "",
     "listen {|padding { randomize on;"},
    {racoon, "RF-07", "RC-STRING", "a text that nobody closes", "", "log \"info;|\""},
    {racoon, "RF-07", "RC-JUNK", "octets that racoon passes over", "",
     "}|=|@ log info;|log = info;|$"},
    {racoon, "RF-07", "RC-GLUED", "two words without a blank", "",
     "loginfo;|padding{maximum_length20;}"},
    {racoon, "RF-07", "RC-COMMA", "a comma too many", "\tnat_traversal",
     "\tnat_traversal, on;|\tnat_traversal on,;"},
    {racoon, "RF-07", "RC-CRLF", "CR before LF", "log ", "log info;\r"},
    {racoon, "RF-07", "RC-NUL", "a NUL", "", std::string_view("log \0info;", 10)},
    // remote
    {racoon, "RF-07", "RC-NOMODE", "no exchange mode", "\texchange_mode", "|\texchange_mode;"},
    {racoon, "RF-07", "RC-MODETWICE", "two lines of exchange modes", "\texchange_mode",
     "\texchange_mode main; exchange_mode main;"},
    {racoon, "RF-07", "RC-PROPOSALPART", "a proposal without a part", "\t\thash_algorithm", ""},
    {racoon, "RF-07", "RC-PROPOSALPART", "a proposal without its method",
     "\t\tauthentication_method", ""},
    {racoon, "RF-07", "RC-PROPOSALPART", "a proposal without its group", "\t\tdh_group", ""},
    {racoon, "RF-07", "RC-PROPOSALPART", "a proposal without its cipher",
     "\t\tencryption_algorithm", ""},
    {racoon, "RF-07", "RC-ALGORITHM", "an algorithm of another class", "\t\thash_algorithm",
     "\t\thash_algorithm hmac_sha1;|\t\thash_algorithm aes;|\t\thash_algorithm tiger;"},
    {racoon, "RF-07", "RC-ALGORITHM", "a cipher of phase 2", "\t\tencryption_algorithm",
     "\t\tencryption_algorithm null_enc;|\t\tencryption_algorithm twofish;"},
    {racoon, "RF-07", "RC-ALGORITHM", "a hash without hmac", "\tauthentication_algorithm",
     "\tauthentication_algorithm sha1;|\tauthentication_algorithm hmac_sha1, md5;"},
    {racoon, "RF-07", "RC-KEYLENGTH", "a key length that the cipher has not",
     "\t\tencryption_algorithm",
     "\t\tencryption_algorithm aes 127;|\t\tencryption_algorithm aes 512;|"
     "\t\tencryption_algorithm aes 64;|\t\tencryption_algorithm 3des 192;|"
     "\t\tencryption_algorithm blowfish 456;"},
    {racoon, "RF-07", "RC-KEYDEFAULT", "no key length", "\tencryption_algorithm",
     "\tencryption_algorithm aes;|\tencryption_algorithm 3des, aes;"},
    {racoon, "MO-12", "RC-WEAK", "a weak algorithm", "\tauthentication_algorithm",
     "\tauthentication_algorithm hmac_md5;|\tauthentication_algorithm hmac_sha1, hmac_md5;"},
    {racoon, "MO-12", "RC-WEAK", "a weak cipher", "\tencryption_algorithm",
     "\tencryption_algorithm des;|\tencryption_algorithm des_iv64;"},
    {racoon, "RF-07", "RC-DHGROUP", "a group that is none", "\tpfs_group",
     "\tpfs_group 7;|\tpfs_group 0;|\tpfs_group 99;|\tpfs_group 19;"},
    {racoon, "RF-07", "RC-EC2N", "an elliptic group", "\tpfs_group",
     "\tpfs_group 3;|\tpfs_group 4;"},
    {racoon, "RF-07", "RC-DHHERE", "a group outside a proposal", "\tdpd_delay", "\tdh_group 2;"},
    {racoon, "RF-07", "RC-AGGRESSIVE", "two groups in aggressive mode", "",
     "remote 192.0.2.77 { exchange_mode aggressive; proposal { encryption_algorithm aes 128; "
     "hash_algorithm sha1; authentication_method pre_shared_key; dh_group 2; } proposal { "
     "encryption_algorithm aes 128; hash_algorithm sha1; authentication_method pre_shared_key; "
     "dh_group 5; } }"},
    {racoon, "CE-06", "RC-CERTIFICATE", "a signature without a certificate", "",
     "remote 192.0.2.77 { exchange_mode main; proposal { encryption_algorithm aes 128; "
     "hash_algorithm sha1; authentication_method rsasig; dh_group 2; } }"},
    {racoon, "RF-07", "RC-CERTTWICE", "two certificates", "\tcertificate_type",
     "\tcertificate_type x509 \"a\" \"b\"; certificate_type x509 \"a\" \"b\";"},
    {racoon, "RF-07", "RC-IDENTITY", "a name type without a name", "\tmy_identifier",
     "\tmy_identifier fqdn;|\tmy_identifier user_fqdn;|\tmy_identifier fqdn \"\";"},
    {racoon, "RF-07", "RC-DN", "a distinguished name that is none", "\tmy_identifier",
     "\tmy_identifier asn1dn \"nobody\";|\tmy_identifier asn1dn \"C=SWE\";"},
    {racoon, "PK-08", "RC-MAINPSK", "a name in main mode with a key", "",
     "remote 192.0.2.77 { exchange_mode main; my_identifier fqdn \"a.example\"; proposal { "
     "encryption_algorithm aes 128; hash_algorithm sha1; authentication_method pre_shared_key; "
     "dh_group 2; } }"},
    {racoon, "RF-04", "RC-LIFETIME", "a life time that is none", "\tlifetime",
     "\tlifetime time 0 sec;|\tlifetime time 4294967296 sec;|\tlifetime time 71582789 min;|"
     "\tlifetime time 99999999999 hour;"},
    {racoon, "RF-04", "RC-LIFEBYTE", "a life time in octets", "\tlifetime",
     "\tlifetime byte 10 MB;|\tlifetime byte 1 B;"},
    {racoon, "RF-07", "RC-NONCE", "a nonce that RFC 2409 has not", "\tnonce_size",
     "\tnonce_size 7;|\tnonce_size 257;|\tnonce_size 0;"},
    {racoon, "RF-07", "RC-SITUATION", "a situation that racoon has not", "\tdpd_delay",
     "\tsituation secrecy;|\tsituation integrity;"},
    {racoon, "RF-07", "RC-ADDRESS", "an address that is none", "\tmy_identifier",
     "\tmy_identifier address 10.0.0.300;|\tmy_identifier address 1:2:3;"},
    {racoon, "RF-07", "RC-SHORTADDRESS", "a short address", "\tmy_identifier",
     "\tmy_identifier address 10.1;|\tmy_identifier address 10.0.0;"},
    {racoon, "RF-07", "RC-PORT", "a port that is none", "",
     "listen { isakmp 10.0.0.1 [65536]; }|listen { isakmp 10.0.0.1 [70000]; }"},
    {racoon, "RF-05", "RC-DUPREMOTE", "two remotes for an address", "",
     "remote 192.0.2.77 { exchange_mode main; proposal { encryption_algorithm aes 128; "
     "hash_algorithm sha1; authentication_method pre_shared_key; dh_group 2; } } remote "
     "192.0.2.77 { exchange_mode main; proposal { encryption_algorithm aes 128; hash_algorithm "
     "sha1; authentication_method pre_shared_key; dh_group 2; } }"},
    {racoon, "RF-07", "RC-NOADDRESS", "a named remote without an address", "",
     "remote \"nowhere\" { exchange_mode main; proposal { encryption_algorithm aes 128; "
     "hash_algorithm sha1; authentication_method pre_shared_key; dh_group 2; } }"},
    {racoon, "RF-07", "RC-INHERIT", "a parent that is not there", "",
     "remote 192.0.2.77 inherit 192.0.2.78 { passive on; }|remote \"x\" inherit \"y\";"},
    {racoon, "RF-07", "RC-SAINFOPART", "a sainfo without a class", "\tcompression_algorithm", ""},
    {racoon, "RF-07", "RC-SAINFOPART", "a sainfo without ciphers", "\tencryption_algorithm", ""},
    {racoon, "RF-07", "RC-NOPROTECTION", "neither cipher nor authentication", "",
     "sainfo anonymous { encryption_algorithm null_enc; authentication_algorithm non_auth; "
     "compression_algorithm deflate; }"},
    {racoon, "MO-19", "RC-PREFIX", "a prefix over 32", "sainfo ",
     "sainfo address 10.77.0.0/33 any anonymous {"},
    {racoon, "MO-19", "RC-HOSTBITS", "bits behind the prefix", "sainfo ",
     "sainfo address 10.77.0.1/24 any anonymous {"},
    {racoon, "MO-18", "RC-PROTOCOL", "a protocol over 255", "sainfo ",
     "sainfo address 10.77.0.0/24 256 anonymous {"},
    {racoon, "RF-07", "RC-SYNTAX", "sctp by name in racoon.conf", "sainfo ",
     "sainfo address 10.77.0.0/24 sctp anonymous {"},
    {racoon, "RF-07", "RC-ICMP", "a port with ICMP", "sainfo ",
     "sainfo address 10.77.0.0/24[8] icmp anonymous {"},
    {racoon, "RF-07", "RC-DUPSAINFO", "a sainfo twice", "",
     "sainfo address 10.77.0.0/24 any address 10.78.0.0/24 any { encryption_algorithm aes 128; "
     "authentication_algorithm hmac_sha1; compression_algorithm deflate; } sainfo address "
     "10.77.0.0/24 any address 10.78.0.0/24 any { encryption_algorithm aes 128; "
     "authentication_algorithm hmac_sha1; compression_algorithm deflate; }"},
    {racoon, "RF-07", "RC-TWOANON", "two anonymous sainfos", "",
     "sainfo anonymous { encryption_algorithm aes 128; authentication_algorithm hmac_sha1; "
     "compression_algorithm deflate; } sainfo anonymous { encryption_algorithm aes 128; "
     "authentication_algorithm hmac_sha1; compression_algorithm deflate; }"},

    // setkey
    {setkey, "IC-07", "SK-SYNTAX", "no command of setkey", "flush",
     "flsh;|flush|flush all;|garbage;"},
    {setkey, "IC-07", "SK-OCTET", "an octet that setkey has not", "flush",
     "flush;\r|@flush;|{flush;}"},
    {setkey, "MO-16", "SK-POLICY", "a policy that is none", "spdadd",
     "spdadd 10.9.0.1 10.9.0.2 any -P out ipsec esp/transport//maybe;|"
     "spdadd 10.9.0.1 10.9.0.2 any -P up none;|spdadd 10.9.0.1 10.9.0.2 any -P out deny;|"
     "spdadd 10.9.0.1 10.9.0.2 any -P out ipsec gre/transport//require;"},
    {setkey, "MO-15", "SK-TUNNEL", "a tunnel without ends", "spdadd",
     "spdadd 10.9.0.1 10.9.0.2 any -P out ipsec esp/tunnel//require;"},
    {setkey, "MO-15", "SK-ENDS", "a tunnel between two versions", "spdadd",
     "spdadd 10.9.0.1 10.9.0.2 any -P out ipsec esp/tunnel/10.0.0.1-::2/require;"},
    {setkey, "MO-01", "SK-ADDRESS", "an address that is none", "spdadd",
     "spdadd 10.9.0.300 10.9.0.2 any -P out none;"},
    {setkey, "MO-01", "SK-HOSTNAME", "a name for an address", "spdadd",
     "spdadd host.example 10.9.0.2 any -P out none;"},
    {setkey, "MO-01", "SK-SHORTADDRESS", "a short address", "spdadd",
     "spdadd 10.9 10.9.0.2 any -P out none;"},
    {setkey, "MO-01", "SK-FAMILIES", "two versions of IP", "spdadd",
     "spdadd 10.9.0.1 ::2 any -P out none;"},
    {setkey, "MO-06", "SK-PROTOCOL", "a protocol that nobody knows", "spdadd",
     "spdadd 10.9.0.1 10.9.0.2 bogusproto -P out none;|spdadd 10.9.0.1 10.9.0.2 esp -P out none;"},
    {setkey, "MO-18", "SK-PROTOCOLNUMBER", "a protocol over 255", "spdadd",
     "spdadd 10.9.0.1 10.9.0.2 256 -P out none;"},
    {setkey, "MO-19", "SK-PREFIX", "a prefix over 32", "spdadd",
     "spdadd 10.9.0.0/33 10.9.0.2 any -P out none;"},
    {setkey, "MO-19", "SK-HOSTBITS", "bits behind the prefix", "spdadd",
     "spdadd 10.9.0.1/24 10.9.0.2 any -P out none;"},
    {setkey, "MO-05", "SK-PORT", "a port over 65535", "spdadd",
     "spdadd 10.9.0.1 10.9.0.2[65536] tcp -P out none;|"
     "spdadd 10.9.0.1[99999] 10.9.0.2 udp -P out none;"},
    {setkey, "MO-18", "SK-PORTNAME", "a port by name", "spdadd",
     "spdadd 10.9.0.1 10.9.0.2[ssh] 6 -P out none;"},
    {setkey, "MO-18", "SK-NOPORTS", "a port without such a protocol", "spdadd",
     "spdadd 10.9.0.1 10.9.0.2[80] any -P out none;|spdadd 10.9.0.1 10.9.0.2[80] gre -P out none;"},
    {setkey, "RS-05", "SK-KEYLENGTH", "a key of another length", "",
     "add 10.9.0.1 10.9.0.2 esp 4096 -E aes-cbc 0x00112233445566778899aabbccddee -A hmac-sha1 "
     "0x000102030405060708090a0b0c0d0e0f10111213;|add 10.9.0.1 10.9.0.2 esp 4096 -E aes-cbc "
     "0x00112233445566778899aabbccddeeff -A hmac-sha1 0x000102030405060708090a0b0c0d0e0f101112;"},
    {setkey, "RS-05", "SK-KEYSIZE", "a key between two lengths", "",
     "add 10.9.0.1 10.9.0.2 esp 4096 -E aes-cbc 0x00112233445566778899aabbccddeeff00 -A "
     "hmac-sha1 0x000102030405060708090a0b0c0d0e0f10111213;"},
    {setkey, "RS-05", "SK-ODDKEY", "an odd number of digits", "",
     "add 10.9.0.1 10.9.0.2 ah 4096 -A hmac-sha1 0x00102030405060708090a0b0c0d0e0f10111213;"},
    {setkey, "PK-10", "SK-TEXTKEY", "a key as text", "",
     "add 10.9.0.1 10.9.0.2 ah 4096 -A hmac-sha1 \"12345678901234567890\";"},
    {setkey, "MO-12", "SK-WEAK", "a weak algorithm", "",
     "add 10.9.0.1 10.9.0.2 ah 4096 -A hmac-md5 0x000102030405060708090a0b0c0d0e0f;"},
    {setkey, "RS-04", "SK-SPI", "an SPI that is reserved", "",
     "add 10.9.0.1 10.9.0.2 ah 255 -A hmac-sha1 0x000102030405060708090a0b0c0d0e0f10111213;|"
     "add 10.9.0.1 10.9.0.2 ah 0 -A hmac-sha1 0x000102030405060708090a0b0c0d0e0f10111213;|"
     "add 10.9.0.1 10.9.0.2 ah 0x100000000 -A hmac-sha1 "
     "0x000102030405060708090a0b0c0d0e0f10111213;"},
    {setkey, "MO-20", "SK-ALGORITHM", "AH with a cipher", "",
     "add 10.9.0.1 10.9.0.2 ah 4096 -E aes-cbc 0x00112233445566778899aabbccddeeff -A hmac-sha1 "
     "0x000102030405060708090a0b0c0d0e0f10111213;"},
    {setkey, "MO-12", "SK-NOAUTH", "ESP without authentication", "",
     "add 10.9.0.1 10.9.0.2 esp 4096 -E aes-cbc 0x00112233445566778899aabbccddeeff;"},
    {setkey, "RF-04", "SK-LIFETIME", "a soft life time over the hard one", "",
     "add 10.9.0.1 10.9.0.2 ah 4096 -lh 10 -ls 11 -A hmac-sha1 "
     "0x000102030405060708090a0b0c0d0e0f10111213;"},
    {setkey, "MO-16", "SK-EMPTY", "ipsec without a request", "spdadd",
     "spdadd 10.9.0.1 10.9.0.2 any -P out ipsec;"},
    {setkey, "MO-08", "SK-TRANSPORTENDS", "ends in transport mode", "spdadd",
     "spdadd 10.9.0.1 10.9.0.2 any -P out ipsec esp/transport/10.9.0.1-10.9.0.2/require;"},
    {setkey, "MO-11", "SK-USE", "a policy that lets pass in clear", "spdadd",
     "spdadd 10.9.0.1 10.9.0.2 any -P out ipsec esp/transport//use;"},
    {setkey, "MO-16", "SK-MIRROR", "a policy without its mirror", "spdadd",
     "spdadd 10.9.0.1 10.9.0.2 any -P out ipsec esp/transport//require;"},
    {setkey, "MO-16", "SK-TWICE", "a policy twice", "",
     "spdadd 10.9.0.1 10.9.0.2 any -P out none; spdadd 10.9.0.1 10.9.0.2 any -P out discard;"},
    {setkey, "MO-16", "SK-NOPOLICY", "an association that nobody uses", "",
     "add 10.9.0.1 10.9.0.2 ah 4096 -A hmac-sha1 0x000102030405060708090a0b0c0d0e0f10111213;"},

    // ifcfg-ipsecN
    {ifcfg, "IP-03", "IF-TYPE", "another type", "TYPE", "TYPE=Ethernet|TYPE=ipsec|"},
    {ifcfg, "IP-03", "IF-DST", "no address of the peer",
     "DST=", "DST=peer.example|DST=10.0.0|DST="},
    {ifcfg, "IP-03", "IF-ADDRESS", "another address that is none", "",
     "SRC=10.1|SRCGW=x|DSTGW=1.2.3.256"},
    {ifcfg, "IP-03", "IF-ONBOOT", "not started at boot", "ONBOOT", "ONBOOT=no|ONBOOT=YES|"},
    {ifcfg, "IP-03", "IF-METHOD", "another method", "IKE_METHOD", "IKE_METHOD=psk|IKE_METHOD=RSA"},
    {ifcfg, "IP-03", "IF-COMMAND", "a word that the shell would execute", "",
     "reboot|A=1 b|x;y|true && false|echo > /etc/passwd"},
    {ifcfg, "IP-03", "IF-EXPANSION", "a value that the shell would replace", "",
     "DEVICE=$(id)|DEVICE=`id`|DEVICE=\"$HOME\"|DEVICE=~root"},
    {ifcfg, "IP-03", "IF-QUOTE", "a text that nobody closes", "", "DEVICE='x|DEVICE=\"x"},
    {ifcfg, "IP-03", "IF-OCTET", "a CR in a value", "", "DEVICE=ipsec0\r"},
    {ifcfg, "IP-03", "IF-TWICE", "a variable twice", "TYPE", "TYPE=IPSEC\nTYPE=IPSEC"},
    {ifcfg, "IP-03", "IF-UNKNOWN", "a variable that nobody reads", "", "COLOUR=red|ike_method=PSK"},
    {ifcfg, "IP-03", "IF-BOTHKEYINGS", "keys by hand besides", "", "KEY_ESP=0x1"},
    {ifcfg, "IP-09", "KL-ONELINE", "two assignments a line", "TYPE", "TYPE=IPSEC DEVICE=ipsec0"},
    {ifcfg, "IP-08", "IF-KEYPLACE", "the key where everybody reads", "",
     "IKE_PSK=0123456789abcdef01|KEY_AH=x"},
    {ifcfg, "MO-15", "IF-HALFNET", "one network of two", "",
     "SRCGW=10.0.0.1\nDSTNET=\nSRCNET=10.2.0.0/16"},
    {ifcfg, "MO-15", "IF-SAMENET", "twice the same network", "",
     "SRCNET=10.2.0.0/16\nDSTNET=10.2.0.0/16"},
    {ifcfg, "MO-19", "IF-NET", "a network that is none", "",
     "SRCNET=10.2.0.1/16|SRCNET=10.2.0.0|SRCNET=10.2.0.0/33"},
    {ifcfg, "IP-11", "IF-NONE", "neither AH nor ESP", "", "AH_PROTO=none\nESP_PROTO=none"},
    {ifcfg, "MO-12", "IF-DHGROUP", "a group that is none", "",
     "IKE_DHGROUP=3|IKE_DHGROUP=modp1024"},
    {ifcfg, "MO-12", "IF-ALGORITHM", "an algorithm that nobody has", "",
     "IKE_ENC=sha1|IKE_AUTH=aes|ESP_PROTO=rot13|AH_PROTO=crc"},

    // psk.txt
    {psk, "PK-06", "RC-PSKFORM", "a line without a key", "", "10.7.7.7|10.7.7.7 | 10.7.7.7 key"},
    {psk, "PK-06", "RC-PSKHEX", "hexadecimal digits that are none", "",
     "10.7.7.7 0x123|10.7.7.7 0xzz|10.7.7.7 0x"},
    {psk, "PK-06", "RC-PSKWILD", "a key for everybody", "", "* 0123456789abcdef01"},
    {psk, "PK-02", "RC-PSKTWICE", "two keys for one peer", "",
     "10.7.7.7 0123456789abcdef01\n10.7.7.7 0123456789abcdef02"},
    {psk, "PK-10", "RC-PSKBLANK", "a blank behind the key", "",
     "10.7.7.7 0123456789abcdef01 |10.7.7.7 0123456789abcdef01\t|10.7.7.7 0123456789abcdef01\r"},
    {psk, "PK-10", "ML-PSKSHORT", "a short key", "", "10.7.7.7 0123456789abcde|10.7.7.7 0x001122"},
    {psk, "PK-10", "RC-PSKNUL", "a NUL in the key", "",
     std::string_view("10.7.7.7 0123456789\0bcdef01", 27)},
};

}  // namespace

std::span<const IpsecRule> ipsec_rules() {
  return rows;
}

bool apply(const IpsecRule& rule, std::string& text, const Choice& choice) {
  return spoil_line(text, rule.start, rule.lines, choice, Indent::counts);
}

}  // namespace touchstone::conformance::mutators
