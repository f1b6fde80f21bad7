package runbook.action;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import runbook.world.Cluster.ObjectRef;
import runbook.world.Failure;

/**
 * An object as it shall be.
 *
 * @param secret whether its content must not be kept in the run's folder
 */
record Wanted(ObjectRef ref, Map<String, Object> object, boolean secret) {
  /** Kinds without a namespace; of what a cluster defines itself only it could tell. */
  private static final Set<String> CLUSTERWIDE =
      Set.of(
          "APIService",
          "CSIDriver",
          "CSINode",
          "CertificateSigningRequest",
          "ClusterIssuer",
          "ClusterRole",
          "ClusterRoleBinding",
          "CustomResourceDefinition",
          "FlowSchema",
          "IngressClass",
          "MutatingWebhookConfiguration",
          "Namespace",
          "Node",
          "PersistentVolume",
          "PriorityClass",
          "PriorityLevelConfiguration",
          "RuntimeClass",
          "StorageClass",
          "ValidatingAdmissionPolicy",
          "ValidatingAdmissionPolicyBinding",
          "ValidatingWebhookConfiguration",
          "VolumeAttachment",
          "VolumeAttributesClass");

  /** All objects of the step, in its order, with images and namespace put in. */
  static List<Wanted> all(Apply step, ActionContext context) {
    var plain = new ArrayList<Map<String, Object>>();
    for (var file : step.files().orElse(List.of())) {
      var items = Manifests.read(context, file);
      if (items.isEmpty()) {
        throw Failure.refused("The file `" + file + "` has no objects.", "Is it the right file?");
      }
      for (var item : items) plain.add(item.data());
    }
    plain.addAll(step.objects().orElse(List.of()));
    var out = new ArrayList<Wanted>();
    for (var object : plain) out.add(of(step, context, object));
    replaceImages(out, step.images().orElse(Map.of()));
    return out;
  }

  @SuppressWarnings("unchecked")
  private static Wanted of(Apply step, ActionContext context, Map<String, Object> plain) {
    var object = (Map<String, Object>) Objects.plain(plain).orElseThrow();
    var kind = required(object, "an object", "kind");
    var apiVersion = required(object, "the " + kind, "apiVersion");
    var name = required(object, "the " + kind, "metadata", "name");
    var metadata = (Map<String, Object>) object.get("metadata");
    var secret = kind.equals("Secret") || Objects.hasSecret(plain);
    if (CLUSTERWIDE.contains(kind)) {
      return new Wanted(new ObjectRef(apiVersion, kind, Optional.empty(), name), object, secret);
    }
    var given = Objects.text(object, "metadata", "namespace");
    var wanted = step.namespace().or(() -> given).orElse(context.namespace());
    if (given.isPresent() && !given.get().equals(wanted)) {
      throw Failure.refused(
          "The "
              + kind
              + " `"
              + name
              + "` is for namespace `"
              + given.get()
              + "`, but the step is for `"
              + wanted
              + "`.",
          "Take `namespace` out of one of them.");
    }
    metadata.put("namespace", wanted);
    return new Wanted(new ObjectRef(apiVersion, kind, Optional.of(wanted), name), object, secret);
  }

  private static String required(Map<String, Object> object, String what, String... way) {
    return Objects.text(object, way)
        .filter(t -> !t.isBlank())
        .orElseThrow(() ->
            Failure.refused(
                "There is " + what + " without `" + String.join(".", way) + "`.",
                "Complete the manifest."));
  }

  private static void replaceImages(List<Wanted> all, Map<String, String> images) {
    var there = new TreeSet<String>();
    for (var wanted : all) {
      for (var container : PodTemplates.containers(wanted.object)) {
        var name = Objects.text(container, "name").orElse("");
        there.add(name);
        if (images.containsKey(name)) container.put("image", images.get(name));
      }
    }
    for (var name : images.keySet()) {
      if (there.contains(name)) continue;
      throw Failure.refused(
          "No container of the manifests is called `" + name + "`, for which there is an image.",
          there.isEmpty() ? "They have none." : "They have `" + String.join("`, `", there) + "`.");
    }
  }

  /** Images of its containers, by name. */
  Map<String, String> images() {
    var out = new LinkedHashMap<String, String>();
    for (var container : PodTemplates.containers(object)) {
      var name = Objects.text(container, "name");
      var image = Objects.text(container, "image");
      if (name.isPresent() && image.isPresent()) out.put(name.get(), image.get());
    }
    return out;
  }

  String namespace() {
    return ref.namespace().orElse("");
  }
}
