package io.waybill.camel;

final class JmsDocument {
  static final String USER = "JMSXUserID";
}
