# The PowerShell module as a package for galleries and as a file to be unpacked; sourced by build.sh.

# pack_module: makes $packages/DcpWorker.VERSION.nupkg and $packages/DcpWorker-VERSION.zip, each with its SHA-256 beside
# it. Two builds of one commit give the same bytes, as those of the Debian package do.
pack_module() {
    local version stage name
    version=$(product_version)
    stage=$(mktemp -d "${TMPDIR:-/tmp}/dcp-module-XXXXXX")
    mkdir -p "$packages" "$stage/zip" "$stage/nupkg/_rels"
    cp -R "$module" "$stage/zip/DcpWorker"
    cp -R "$module/." "$stage/nupkg"
    module_nuspec "$version" >"$stage/nupkg/DcpWorker.nuspec"
    # The parts that make a folder a package of the Open Packaging Conventions (ECMA-376, part 2), which NuGet asks for.
    module_content_types "$stage/nupkg" >"$stage/content-types"
    mv "$stage/content-types" "$stage/nupkg/[Content_Types].xml"
    cat >"$stage/nupkg/_rels/.rels" <<'XML'
<?xml version="1.0" encoding="utf-8"?>
<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">
  <Relationship Type="http://schemas.microsoft.com/packaging/2010/07/manifest" Target="/DcpWorker.nuspec" Id="manifest" />
</Relationships>
XML
    for name in "zip DcpWorker-$version.zip" "nupkg DcpWorker.$version.nupkg"; do
        dotnet run scripts/zip.cs -- "$stage/${name% *}" "$packages/${name#* }" "${SOURCE_DATE_EPOCH:-$(source_date)}" || die "the module was not packed; the lines above say why"
        (cd "$packages" && sha256sum "${name#* }" >"${name#* }.sha256")
        say "$packages/${name#* }"
    done
    rm -rf "$stage"
}

# manifest_value KEY: a text of the module's manifest.
manifest_value() { sed -n "s/^ *$1 *= *'\(.*\)'.*/\1/p" "$module/DcpWorker.psd1"; }

module_nuspec() {
    cat <<XML
<?xml version="1.0" encoding="utf-8"?>
<package xmlns="http://schemas.microsoft.com/packaging/2013/05/nuspec.xsd">
  <metadata>
    <id>DcpWorker</id>
    <version>$1</version>
    <authors>$(manifest_value Author)</authors>
    <description>$(manifest_value Description)</description>
    <license type="expression">MIT</license>
    <projectUrl>$(manifest_value ProjectUri)</projectUrl>
    <copyright>$(manifest_value Copyright)</copyright>
    <tags>PSModule $(sed -n "s/^ *Tags *= *@(\(.*\))/\1/p" "$module/DcpWorker.psd1" | tr -d "',")</tags>
  </metadata>
</package>
XML
}

# module_content_types FOLDER: each extension that occurs below it, and the files without one.
module_content_types() {
    printf '<?xml version="1.0" encoding="utf-8"?>\n<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">\n'
    printf '  <Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml" />\n'
    find "$1" -type f -name '*.*' | sed 's/.*\.//' | LC_ALL=C sort -u | sed 's|.*|  <Default Extension="&" ContentType="application/octet-stream" />|'
    find "$1" -type f ! -name '*.*' -printf '/%P\n' | LC_ALL=C sort | sed 's|.*|  <Override PartName="&" ContentType="application/octet-stream" />|'
    printf '</Types>\n'
}
