package io.waybill.camel;

import io.waybill.partner.FtpHost;
import io.waybill.partner.PartnerHost;
import java.nio.file.Path;
import java.util.Map;

/** A folder on an FTP server. */
class FtpFolderTest extends RemoteFolderCases {

  @Override
  PartnerHost host(Path root) {
    return new FtpHost(root, null, false);
  }

  @Override
  String template() {
    return "waybill-ftp";
  }

  @Override
  Map<String, String> parameters(int reachedAt) {
    return Map.of("security", "none");
  }

  @Override
  boolean isFtp() {
    return true;
  }
}
