package io.waybill.cli.demo;

import java.nio.file.Path;

/**
 * Where the broker of the demo is found.
 *
 * @param home its home folder
 * @param data its data folder
 * @param http the address of its HTTP API
 * @param jms the address for JMS programs
 * @param database the address of its database, as JDBC writes it
 * @param databaseUser a user of the database
 * @param databasePassword that user's password
 * @param password the password of admin
 */
public record Addresses(
    Path home,
    Path data,
    String http,
    String jms,
    String database,
    String databaseUser,
    String databasePassword,
    String password) {

  Path drop() {
    return data.resolve("drop");
  }

  Path archive() {
    return data.resolve("archive");
  }

  /** A path as one would write it in the current folder. */
  public static String written(Path path) {
    Path here = Path.of("").toAbsolutePath();
    if (path.equals(here)) {
      return ".";
    }
    return (path.startsWith(here) ? here.relativize(path) : path).toString();
  }
}
