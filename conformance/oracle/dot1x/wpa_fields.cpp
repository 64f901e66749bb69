#include "conformance/oracle/dot1x/wpa_fields.h"

#include <algorithm>
#include <cstddef>

namespace touchstone::conformance::oracle::dot1x {

namespace {

constexpr std::int64_t lowest = INT64_MIN;
constexpr std::int64_t highest = INT64_MAX;

struct Row {
  bool in_network;
  WpaKind kind;
  std::int64_t least;
  std::int64_t most;
  std::string_view names;
};

// Each word that stands in wpa_supplicant 2.10 of Debian 12 was tried as a field, then the values
// "x", 78, 1, zz and NULL, and for numbers the two ends of their range were looked for.
constexpr Row rows[] = {
    {false, WpaKind::number, -100, highest, "filter_rssi"},
    {false, WpaKind::number, -120, highest, "disassoc_imminent_rssi_threshold"},
    {false, WpaKind::number, 1, 1073741823, "fst_llt"},
    {false, WpaKind::number, 1, 255, "fst_priority"},
    {false, WpaKind::number, 1, 3, "eapol_version mbo_cell_capa"},
    {false, WpaKind::number, lowest, 1,
     "ap_isolate auto_interworking auto_uuid cert_in_cb coloc_intf_reporting disable_btm "
     "disassoc_low_ack extended_key_id filter_ssids ftm_initiator ftm_responder go_internet "
     "go_interworking hs20 ignore_old_scan_res interworking mesh_fwding p2p_add_cli_chan "
     "p2p_cli_probe p2p_ignore_shared_freq p2p_intra_bss p2p_optimize_listen_chan pbc_in_m1 "
     "persistent_reconnect sae_pmkid_in_assoc wowlan_disconnect_on_deinit wpa_rsc_relaxation "
     "wps_cred_add_sae"},
    {false, WpaKind::number, lowest, 127, "p2p_go_ctwindow"},
    {false, WpaKind::number, lowest, 15,
     "access_network_type go_access_network_type p2p_go_intent"},
    {false, WpaKind::number, lowest, 2,
     "dpp_config_processing gas_rand_mac_addr wps_cred_processing"},
    {false, WpaKind::number, lowest, 255, "go_venue_group go_venue_type max_peer_links"},
    {false, WpaKind::number, lowest, 3, "oce p2p_go_freq_change_policy sae_pwe"},
    {false, WpaKind::number, lowest, highest,
     "ap_scan beacon_int bss_expiration_age bss_expiration_scan_count bss_max_count "
     "disable_scan_offload dot11RSNAConfigPMKLifetime dot11RSNAConfigPMKReauthThreshold "
     "dot11RSNAConfigSATimeout dot11RSNASAERetransPeriod dtim_period external_sim "
     "fast_reauth gas_address3 gas_rand_addr_lifetime key_mgmt_offload mac_addr max_num_sta "
     "mesh_max_inactivity okc p2p_6ghz_disable p2p_device_random_mac_addr p2p_disabled "
     "p2p_go_edmg p2p_go_he p2p_go_ht40 p2p_go_max_inactivity p2p_go_vht p2p_group_idle "
     "p2p_interface_random_mac_addr p2p_listen_channel p2p_listen_reg_class "
     "p2p_no_group_iface p2p_oper_channel p2p_oper_reg_class p2p_search_delay passive_scan "
     "pmf preassoc_mac_addr rand_addr_lifetime reassoc_same_bss_optim scan_cur_freq "
     "scan_res_valid_for_connect sched_scan_interval sched_scan_start_delay "
     "tdls_external_control update_config user_mpm wps_priority"},
    {false, WpaKind::other, lowest, highest,
     "ap_assocresp_elements ap_vendor_elements autoscan bgscan config_methods country "
     "ctrl_interface ctrl_interface_group device_name device_type dpp_mud_url dpp_name "
     "driver_param ext_password_backend freq_list fst_group_id hessid initial_freq_list "
     "ip_addr_end ip_addr_go ip_addr_mask ip_addr_start load_dynamic_eap manufacturer "
     "model_name model_number no_ctrl_interface non_pref_chan opensc_engine_path "
     "openssl_ciphers os_version osu_dir p2p_device_persistent_mac_addr p2p_no_go_freq "
     "p2p_passphrase_len p2p_pref_chan p2p_ssid_postfix pcsc_pin pcsc_reader "
     "pkcs11_engine_path pkcs11_module_path sae_groups sched_scan_plans sec_device_type "
     "serial_number tx_queue_ uuid wmm_ac_ wowlan_triggers wps_nfc_dev_pw wps_nfc_dev_pw_id "
     "wps_nfc_dh_privkey wps_nfc_dh_pubkey wps_vendor_ext_m1"},
    {true, WpaKind::number, -1, 1, "disable_ht40 disable_max_amsdu ht40 tx_stbc"},
    {true, WpaKind::number, -1, 3,
     "ampdu_factor rx_stbc vht_rx_mcs_nss_1 vht_rx_mcs_nss_2 vht_rx_mcs_nss_3 "
     "vht_rx_mcs_nss_4 vht_rx_mcs_nss_5 vht_rx_mcs_nss_6 vht_rx_mcs_nss_7 vht_rx_mcs_nss_8 "
     "vht_tx_mcs_nss_1 vht_tx_mcs_nss_2 vht_tx_mcs_nss_3 vht_tx_mcs_nss_4 vht_tx_mcs_nss_5 "
     "vht_tx_mcs_nss_6 vht_tx_mcs_nss_7 vht_tx_mcs_nss_8"},
    {true, WpaKind::number, -1, 7, "ampdu_density"},
    {true, WpaKind::number, -255, 1, "mesh_rssi_threshold"},
    {true, WpaKind::number, 0, 0, "edmg_channel"},
    {true, WpaKind::number, 0, 1, "ocv"},
    {true, WpaKind::number, 0, 65534, "macsec_port"},
    {true, WpaKind::number, lowest, 1,
     "acs beacon_prot disable_ht disable_ldpc disable_sgi disable_vht enable_edmg fixed_freq "
     "ft_eap_pmksa_caching ht ht40_intolerant macsec_integ_only macsec_policy "
     "macsec_replay_protect mesh_fwding mixed_cell multi_ap_backhaul_sta no_auto_peer "
     "owe_only owe_ptk_workaround proactive_key_caching scan_ssid vht wps_disabled"},
    {true, WpaKind::number, lowest, 2,
     "disabled dpp_pfs ignore_broadcast_ssid mac_addr pbss sae_pk wpa_deny_ptk0_rekey"},
    {true, WpaKind::number, lowest, 255, "mka_priority transition_disable"},
    {true, WpaKind::number, lowest, 3, "ieee80211w max_oper_chwidth"},
    {true, WpaKind::number, lowest, 4, "mode"},
    {true, WpaKind::number, lowest, 65535, "fils_dh_group owe_group"},
    {true, WpaKind::number, lowest, 70200, "frequency"},
    {true, WpaKind::number, lowest, highest,
     "ap_max_inactivity beacon_int bg_scan_period dot11MeshConfirmTimeout "
     "dot11MeshHoldingTimeout dot11MeshMaxRetries dot11MeshRetryTimeout "
     "dpp_netaccesskey_expiry dtim_period eap_workaround eapol_flags engine engine2 erp "
     "fragment_size group_rekey machine_engine machine_ocsp macsec_replay_window "
     "mem_only_psk ocsp ocsp2 priority sim_num update_identifier vht_capa vht_capa_mask "
     "vht_center_freq1 vht_center_freq2 wep_tx_keyidx wpa_ptk_rekey"},
    {true, WpaKind::other, lowest, highest,
     "auth_alg bssid bssid_accept bssid_blacklist bssid_hint bssid_ignore bssid_whitelist "
     "eap freq_list go_p2p_dev_addr group group_mgmt key_mgmt mesh_basic_rates mka_cak "
     "mka_ckn p2p_client_list pairwise peerkey proto psk psk_list scan_freq wep_key0 "
     "wep_key1 wep_key2 wep_key3"},
    {true, WpaKind::text, lowest, highest,
     "altsubject_match altsubject_match2 anonymous_identity bgscan ca_cert ca_cert2 "
     "ca_cert_id ca_cert_id2 ca_path ca_path2 cert_id cert_id2 check_cert_subject "
     "check_cert_subject2 client_cert client_cert2 dh_file dh_file2 domain_match "
     "domain_match2 domain_suffix_match domain_suffix_match2 dpp_connector dpp_csign "
     "dpp_netaccesskey dpp_pp_key engine_id engine_id2 ht_mcs id_str identity imsi_identity "
     "key_id key_id2 machine_altsubject_match machine_ca_cert machine_ca_cert_id "
     "machine_ca_path machine_cert_id machine_check_cert_subject machine_client_cert "
     "machine_dh_file machine_domain_match machine_domain_suffix_match machine_engine_id "
     "machine_identity machine_key_id machine_password machine_phase2 machine_pin "
     "machine_private_key machine_private_key_passwd machine_subject_match openssl_ciphers "
     "pac_file password pcsc phase1 phase2 pin pin2 private_key private_key2 "
     "private_key2_passwd private_key_passwd roaming_consortium_selection sae_password "
     "sae_password_id ssid subject_match subject_match2"},
};

bool has_word(std::string_view names, std::string_view word) {
  while (!names.empty()) {
    const auto end = std::min(names.find(' '), names.size());
    if (names.substr(0, end) == word) return true;
    names.remove_prefix(std::min(end + 1, names.size()));
  }
  return false;
}

}  // namespace

std::optional<WpaField> wpa_field(bool in_network, std::string_view name) {
  for (const Row& row : rows)
    if (row.in_network == in_network && !name.empty() && has_word(row.names, name))
      return WpaField{row.kind, row.least, row.most};
  return std::nullopt;
}

}  // namespace touchstone::conformance::oracle::dot1x
