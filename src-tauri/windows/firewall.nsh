; Lets guests in through the Windows firewall: only these programs, only in networks that the person
; calls private (home, work), never in a public one or in one that a domain manages: that is for
; whoever manages it. Without a rule Windows asks at the first start, and whoever is no administrator
; gets a rule that blocks.
;
; An installation for one person alone has no right to add a rule: the command then fails, nothing
; else does, and the connection doctor says what to do.
;
; Not run here: there is no Windows in this project's test run.

!macro LANVAS_FIREWALL_DELETE PROGRAM
  nsExec::Exec '"$SYSDIR\netsh.exe" advfirewall firewall delete rule name="Lanvas" program="$INSTDIR\${PROGRAM}"'
  Pop $0
!macroend

!macro LANVAS_FIREWALL_ADD PROGRAM
  nsExec::Exec '"$SYSDIR\netsh.exe" advfirewall firewall add rule name="Lanvas" dir=in action=allow program="$INSTDIR\${PROGRAM}" protocol=TCP profile=private'
  Pop $0
  nsExec::Exec '"$SYSDIR\netsh.exe" advfirewall firewall add rule name="Lanvas" dir=in action=allow program="$INSTDIR\${PROGRAM}" protocol=UDP localport=5353 profile=private'
  Pop $0
!macroend

; Those of an installation before this one go first, and so does a rule that blocks.
!macro NSIS_HOOK_POSTINSTALL
  !insertmacro LANVAS_FIREWALL_DELETE "${MAINBINARYNAME}.exe"
  !insertmacro LANVAS_FIREWALL_ADD "${MAINBINARYNAME}.exe"
  !insertmacro LANVAS_FIREWALL_DELETE "lanvas-server.exe"
  !insertmacro LANVAS_FIREWALL_ADD "lanvas-server.exe"
!macroend

!macro NSIS_HOOK_PREUNINSTALL
  !insertmacro LANVAS_FIREWALL_DELETE "${MAINBINARYNAME}.exe"
  !insertmacro LANVAS_FIREWALL_DELETE "lanvas-server.exe"
!macroend
