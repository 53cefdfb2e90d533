package io.waybill.cli.demo;

import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;

/**
 * The ledger: whoever reads its table sees the bookings in the order in which they were written.
 *
 * @param database the JDBC address
 */
record SampleLedger(String database, String user, String password) {

  /** The numbers of the booked invoices. */
  List<String> booked() throws SQLException {
    String query =
        """
        select invoice_number
        from ledger.bookings
        order by written_at
        """;
    try (Connection connection = DriverManager.getConnection(database, user, password);
        PreparedStatement statement = connection.prepareStatement(query);
        ResultSet rows = statement.executeQuery()) {
      List<String> numbers = new ArrayList<>();
      while (rows.next()) {
        numbers.add(rows.getString("invoice_number"));
      }
      return numbers;
    }
  }
}
