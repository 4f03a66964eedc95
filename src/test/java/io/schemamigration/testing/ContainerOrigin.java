package io.schemamigration.testing;

import com.github.dockerjava.api.DockerClient;
import com.github.dockerjava.api.exception.DockerException;
import com.github.dockerjava.api.exception.NotFoundException;
import com.github.dockerjava.api.exception.NotModifiedException;
import com.github.dockerjava.api.model.ExposedPort;
import com.github.dockerjava.api.model.PortBinding;
import com.github.dockerjava.api.model.Ports;
import java.sql.DriverManager;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.testcontainers.DockerClientFactory;
import org.testcontainers.postgresql.PostgreSQLContainer;

/** PostgreSQL in a container of the image {@code postgres:<major>}. */
final class ContainerOrigin implements PostgresOrigin {
  private static final Duration STARTUP = Duration.ofSeconds(60);
  private static final long PULL_SECONDS = 180;
  private static final Map<Integer, Boolean> USABLE = new ConcurrentHashMap<>();

  private final PostgreSQLContainer container;
  private final String password;
  private final int port = FreePort.find();

  ContainerOrigin(int major, String password, Map<String, String> settings) {
    this.password = password;
    List<String> command = new ArrayList<>(List.of("postgres"));
    settings.forEach((key, value) -> command.addAll(List.of("-c", key + "=" + value)));
    // The port is bound here, because a port that Docker chooses changes with every start.
    PortBinding binding =
        new PortBinding(
            Ports.Binding.bindPort(port), ExposedPort.tcp(PostgreSQLContainer.POSTGRESQL_PORT));
    container =
        new PostgreSQLContainer(image(major))
            .withUsername(SUPERUSER)
            .withPassword(password)
            .withDatabaseName(SUPERUSER)
            .withCommand(command.toArray(String[]::new))
            .withCreateContainerCmdModifier(
                create -> create.getHostConfig().withPortBindings(binding));
    container.start();
  }

  /** Whether Docker is wanted and answers, and has or gets the image of that major. */
  static boolean usable(int major) {
    return USABLE.computeIfAbsent(major, ContainerOrigin::look);
  }

  private static boolean look(int major) {
    String wanted = System.getProperty("TEST_DOCKER", System.getenv("TEST_DOCKER"));
    return Boolean.parseBoolean(wanted)
        && DockerClientFactory.instance().isDockerAvailable()
        && present(image(major));
  }

  private static String image(int major) {
    return "postgres:" + major;
  }

  private static boolean present(String image) {
    DockerClient docker = DockerClientFactory.lazyClient();
    try {
      docker.inspectImageCmd(image).exec();
      return true;
    } catch (NotFoundException e) {
      return pull(docker, image);
    }
  }

  private static boolean pull(DockerClient docker, String image) {
    try {
      return docker.pullImageCmd(image).start().awaitCompletion(PULL_SECONDS, TimeUnit.SECONDS);
    } catch (DockerException e) {
      return false;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
  }

  @Override
  public String name() {
    return "container";
  }

  @Override
  public String host() {
    return container.getHost();
  }

  @Override
  public int port() {
    return port;
  }

  @Override
  public void stop() {
    try {
      container.getDockerClient().stopContainerCmd(container.getContainerId()).exec();
    } catch (NotModifiedException e) {
      // It is stopped already, as was wanted.
    }
  }

  @Override
  public void start() {
    container.getDockerClient().startContainerCmd(container.getContainerId()).exec();
    String url = "jdbc:postgresql://" + host() + ":" + port + "/" + SUPERUSER;
    Awaitility.await("start of PostgreSQL")
        .atMost(STARTUP)
        .ignoreExceptions()
        .until(
            () -> {
              DriverManager.getConnection(url, SUPERUSER, password).close();
              return true;
            });
  }

  @Override
  public void destroy() {
    container.stop();
  }
}
