package io.waybill.cli;

/** Entry point of the executable jar. */
public final class Main {

  private Main() {}

  public static void main(String[] args) {
    System.err.println("usage: waybill COMMAND [--home DIR]");
    System.exit(2);
  }
}
