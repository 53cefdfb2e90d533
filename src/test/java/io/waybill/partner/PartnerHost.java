package io.waybill.partner;

/** A server on which a partner drops files; it keeps its port over a restart. */
public interface PartnerHost {

  String USER = "acme";
  String PASSWORD = "s3cr3t-of-acme";

  void start() throws Exception;

  int port();

  void stop() throws Exception;
}
