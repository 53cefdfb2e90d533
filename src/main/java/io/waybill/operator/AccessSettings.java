package io.waybill.operator;

import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;

/**
 * Users and what they may send, from {@code waybill.users} and {@code waybill.jms}.
 *
 * @param users by name; without any, {@code admin} gets a generated password
 * @param jms what concerns senders by JMS
 */
@ConfigurationProperties("waybill")
public record AccessSettings(@Nullable Map<String, Account> users, @Nullable JmsIntake jms) {

  /**
   * One user.
   *
   * @param password encoded, as {@code ./waybill encode-password} prints it
   * @param roles what it may do
   * @param operations what it may submit; everything when empty
   */
  public record Account(
      @Nullable String password, @Nullable Set<Role> roles, @Nullable Set<String> operations) {}

  /**
   * Where submitters may send to.
   *
   * @param intake names of queues; a {@code *} at the end stands for any rest
   */
  public record JmsIntake(@Nullable Set<String> intake) {}

  Map<String, Account> accounts() {
    return users == null ? Map.of() : users;
  }

  /** Whether any user is configured. */
  public boolean hasAccounts() {
    return !accounts().isEmpty();
  }

  /** Where submitters may send to. */
  public Set<String> intakeQueues() {
    return jms == null || jms.intake() == null ? Set.of() : jms.intake();
  }
}
